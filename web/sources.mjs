import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes with gzip that a school's page may be asked to load. */
export const BUDGET = 15 * 1024;

const HERE = import.meta.dirname;

/** Every file that decides what is built, by its path, in order. */
function sources() {
  const found = ["package.json", "sources.mjs", "tsconfig.json", "vite.config.ts"];
  for (const folder of ["public", "src"])
    for (const entry of readdirSync(join(HERE, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) found.push(join(entry.parentPath || entry.path, entry.name).slice(HERE.length + 1));
  return found.sort();
}

/** SHA-256 over "path, NUL, content, NUL" of every source; tests/web/test_built.py does the same in Python. */
export function sourcesHash() {
  const hash = createHash("sha256");
  for (const path of sources()) hash.update(path).update("\0").update(readFileSync(join(HERE, path))).update("\0");
  return hash.digest("hex");
}
