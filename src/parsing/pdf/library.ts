import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";

export type PdfDocument = PDFDocumentProxy;
export type PdfPage = PDFPageProxy;
