/**
 * Where an address leads within an archive, which it cannot leave: a file's name, with slashes.
 * @param from the name of the file that the address stands in; "" for the archive's top
 */
export function pathFrom(from: string, address: string): string {
  // A base that means nothing: only the path is wanted.
  const url = URL.parse(address.replaceAll("\\", "/"), `zip:///${encodeURI(from)}`);
  const path = url?.pathname.replace(/^\//, "") ?? "";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
