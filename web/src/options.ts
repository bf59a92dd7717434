/** What the school writes on the script tag. */
export interface Options {
  server: string;
  city: string;
  title: string;
  page: boolean;
  /** Where the script itself came from. */
  home: string;
}

/** Read data-server, data-city, data-title and data-mode="page"; without a server it is where the script came from. */
export function readOptions(script: HTMLScriptElement | null): Options {
  const data = script ? script.dataset : {};
  const home = (script && script.src) || `${location.origin}/widget.js`;
  return {
    server: (data.server || new URL(home).origin).replace(/\/+$/, ""),
    city: data.city || "",
    title: data.title || "",
    page: data.mode === "page",
    home,
  };
}
