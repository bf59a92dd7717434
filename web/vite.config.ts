import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { en } from "./src/i18n/en.ts";
import { zh } from "./src/i18n/zh.ts";
// the sources say what the built file has to be; a test without node compares this hash
import { BUDGET, sourcesHash } from "./sources.mjs";

const TARGET = process.env.WIDGET_OUT || join(import.meta.dirname, "../bot/channels/web/static");
const NOTICE = "校园医保助手, Apache-2.0";

const OURS = `
props state said changed api field panel night home redraw toggle usual
agree amount bars before begin best choose clear connected copied count dom drawComposer drawNotice drawPrivacy
drawSheet drawTalk erased failed fit forget host keep kids last later latest launcher levels load made memory
merge missed night options outbox paid parts passage pending phase places poll pollFails polling prefix pump
rate rated renew renewals rest resume retry retryAfter returned saveOutbox sending setOpen setState settings
share shared stop tell timers toggle trap tries trouble typing unread usual wake watch whole works
componentDidMount componentDidUpdate
`
  .trim()
  .split(/\s+/)
  .filter((name) => !(name in zh));
const MANGLED = new RegExp(`^(${OURS.join("|")})$`);

/** Say what was built from what, and refuse what is too large for a school's page. */
function record(): Plugin {
  return {
    name: "record",
    writeBundle(_, bundle) {
      const file = bundle["widget.js"];
      if (!file || file.type !== "chunk") throw new Error("widget.js was not built");
      const bytes = readFileSync(join(TARGET, "widget.js"));
      const gzip = gzipSync(bytes, { level: 9 }).length;
      const keys = Object.keys(zh) as (keyof typeof zh)[];
      writeFileSync(join(TARGET, "widget.en.js"), `campusChatEnglish = ${JSON.stringify(keys.map((key) => en[key]).join("|"))};\n`);
      const css = style(bytes.toString("utf8"));
      const sha = (text: string | Buffer) => createHash("sha256").update(text);
      const made = {
        sources: sourcesHash(),
        widget: sha(bytes).digest("hex"),
        gzip,
        style: css ? `sha256-${sha(css).digest("base64")}` : "",
      };
      writeFileSync(join(TARGET, "build.json"), `${JSON.stringify(made, null, 2)}\n`);
      console.log(`widget.js ${bytes.length} bytes, ${gzip} with gzip, budget ${BUDGET}`);
      if (gzip > BUDGET) throw new Error(`widget.js has ${gzip} bytes with gzip, more than ${BUDGET}`);
    },
  };
}

/** The style sheet as it stands in the file, for the policy of browsers that need a style element. */
function style(code: string): string {
  const found = /(["'`]):host\{[^]*?\}\1(?=[,;)])/.exec(code);
  return found ? (new Function(`return ${found[0]}`)() as string) : "";
}

export default defineConfig({
  // tests of the pieces draw with Preact itself; test/tiny.test.tsx holds both against each other
  resolve: process.env.VITEST ? {} : { alias: { preact: join(import.meta.dirname, "src/tiny.ts") } },
  publicDir: "public",
  plugins: process.env.VITEST ? [] : [record()],
  build: {
    outDir: TARGET,
    emptyOutDir: false,
    target: "es2019",
    cssTarget: "chrome70",
    minify: "terser",
    // our own names only: what comes from the server, the browser or a table of texts keeps its name
    terserOptions: { ecma: 2019, compress: { passes: 3 }, mangle: { properties: { regex: MANGLED } }, format: { comments: /^!/ } },
    lib: { entry: "src/main.tsx", formats: ["iife"], name: "_", fileName: () => "widget.js" },
    rollupOptions: { output: { banner: `/*! ${NOTICE} */` } },
  },
  test: { environment: "jsdom", include: ["test/**/*.test.{ts,tsx}"] },
});

