// Builds bot/channels/web/static: the widget, the files that it fetches later, and a record of what was built from what.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** Bytes with gzip that a school's page may be asked to load. */
const BUDGET = 15 * 1024;
const NOTICE = "/*! 校园医保助手, Apache-2.0; Preact, MIT */";
const HERE = import.meta.dirname;
const TARGET = process.env.WIDGET_OUT || join(HERE, "../bot/channels/web/static");

/** Each file with where it begins and what it is called on the page. */
const FILES = {
  "widget.js": { entry: "src/main.tsx", name: "_", external: [] },
  // draws into the widget's own tree, so it takes the widget's own Preact
  "widget.more.js": { entry: "src/later/more.ts", name: "campusChatMore", external: ["preact"] },
  "widget.en.js": { entry: "src/i18n/en.ts", name: "campusChatEnglish", external: [] },
};

const styles = [];
/** Notes the style sheets as they stand in the files, for the policy of browsers that need a style element. */
const noteStyles = {
  name: "note-styles",
  enforce: "post",
  transform(code, id) {
    if (id.endsWith(".css?inline")) styles.push(JSON.parse(/^export default (.*?);?$/.exec(code)[1]));
  },
};

function bundle(file, { entry, name, external }) {
  return build({
    configFile: false,
    root: HERE,
    logLevel: "warn",
    plugins: [noteStyles],
    build: {
      outDir: TARGET,
      emptyOutDir: false,
      target: "es2019",
      cssTarget: "chrome70",
      minify: "oxc",
      lib: { entry: join(HERE, entry), formats: ["iife"], name, fileName: () => file },
      rollupOptions: { external, output: { banner: NOTICE, exports: "auto", globals: { preact: "campusChatPreact" } } },
    },
  });
}

/** Every file that decides what is built, by its path, in order. */
function sources() {
  const found = ["build.mjs", "package.json", "tsconfig.json"];
  for (const folder of ["public", "src"])
    for (const entry of readdirSync(join(HERE, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) found.push(join(entry.parentPath || entry.path, entry.name).slice(HERE.length + 1));
  return found.sort();
}

/** SHA-256 over "path, NUL, content, NUL" of every source; tests/web/test_built.py does the same in Python. */
function sourcesHash() {
  const hash = createHash("sha256");
  for (const path of sources()) hash.update(path).update("\0").update(readFileSync(join(HERE, path))).update("\0");
  return hash.digest("hex");
}

const sha = (content, encoding) => createHash("sha256").update(content).digest(encoding);

for (const [file, how] of Object.entries(FILES)) await bundle(file, how);

const made = { sources: sourcesHash(), styles: styles.map((css) => `sha256-${sha(css, "base64")}`), files: {} };
for (const file of Object.keys(FILES)) {
  const bytes = readFileSync(join(TARGET, file));
  made.files[file] = { sha256: sha(bytes, "hex"), bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}
writeFileSync(join(TARGET, "build.json"), `${JSON.stringify(made, null, 2)}\n`);
console.table(made.files);

const { gzip } = made.files["widget.js"];
if (gzip > BUDGET) throw new Error(`widget.js has ${gzip} bytes with gzip, more than ${BUDGET}`);
