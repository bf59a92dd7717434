/** What the school writes on the script tag. */
export interface Options {
  server: string;
  city: string;
  title: string;
  language: string;
  page: boolean;
}

/** Read data-server, data-city, data-title, data-language and data-mode="page"; without a server it is where the script came from. */
export function readOptions(script: HTMLScriptElement | null): Options {
  const data = script ? script.dataset : {};
  const home = script && script.src ? new URL(script.src).origin : location.origin;
  return {
    server: (data.server || home).replace(/\/+$/, ""),
    city: data.city || "",
    title: data.title || "",
    language: data.language || "",
    page: data.mode === "page",
  };
}
