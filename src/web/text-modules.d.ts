// The page's parts are imported as text, whatever their endings say.
declare module "*.css" {
  const text: string;
  export default text;
}

declare module "*.js" {
  const text: string;
  export default text;
}
