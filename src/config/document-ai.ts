import type { Reader } from "./reader.ts";

export interface DocumentAiConfig {
  readonly projectId: string;
  readonly location: string;
  readonly processorId: string;
  readonly credentialsPath: string;
}

export function readDocumentAi(reader: Reader): DocumentAiConfig | undefined {
  const values = reader.group({
    projectId: "GCP_PROJECT_ID",
    processorId: "DOCAI_OCR_PROCESSOR_ID",
    credentialsPath: "GCP_CREDENTIALS_PATH",
  });
  return values && { ...values, location: reader.text("GCP_LOCATION") ?? "us" };
}
