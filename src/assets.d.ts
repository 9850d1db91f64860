// Files that are imported with `type: "file"` are paths, and with `type: "text"` contents; either
// way the file travels inside the executable.
declare module "*.wasm" {
  const path: string;
  export default path;
}
declare module "*.zst" {
  const path: string;
  export default path;
}
declare module "*.tar.gz" {
  const path: string;
  export default path;
}
declare module "*.bin" {
  const path: string;
  export default path;
}
declare module "*.sql" {
  const text: string;
  export default text;
}
