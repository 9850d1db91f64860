/** Extensions of formats that have too many for a row of their table. */
export const FURTHER_EXTENSIONS = {
  /** What people and programs write line by line: markup other than Markdown, subtitles, settings, source code. */
  text: (
    ".rst .adoc .asciidoc .org .textile .wiki .mediawiki .tex .latex .ltx .bib .typ .asc .nfo .readme " +
    ".srt .vtt .sbv .lrc .yaml .yml .toml .ini .cfg .conf .properties .env .po .pot .strings .sql .graphql .proto " +
    ".py .js .mjs .cjs .jsx .ts .mts .tsx .vue .svelte .java .kt .scala .groovy .c .h .cc .cpp .cxx .hh .hpp .cs .go " +
    ".rs .rb .php .pl .pm .swift .m .r .jl .lua .dart .hs .ml .ex .exs .erl .clj .lisp .el .vb .bas .pas .f90 .asm " +
    ".sh .bash .zsh .fish .bat .cmd .ps1 .awk .sed .tcl .cmake .gradle .tf .css .scss .less .diff .patch"
  ).split(" "),
  json: ".geojson .topojson .json5 .jsonc .jsonld .har .webmanifest".split(" "),
  xml: (
    ".kml .gpx .svg .xlf .xliff .tmx .resx .docbook .dbk .jats .nxml .tei .fb2 .dita .plist .xsd .xsl .xslt .wsdl " +
    ".ncx .opf .sitemap"
  ).split(" "),
} as const;
