// Writes the explorer's bundles into the Python package: `npm run build`, and `npm run check` proves they are in step.
//
// The bundles are committed, so installing pd_optstat needs no Node. The same sources and the pinned esbuild give the
// same bytes on every platform.
import { readFile, writeFile, mkdir, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "..", "pd_optstat", "explorer", "static");

const NOTICE = `/*! Built from js/ by "npm run build"; do not edit. Contains uPlot (MIT), see LICENSE.uplot.txt. */`;

// The widget is a module for anywidget; the page is a script, which an HTML file holds as it is.
const BUNDLES = { "src/widget.js": "esm", "src/page.js": "iife" };

async function bundle([entry, format]) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outdir: "out", // names only: nothing is written there
    bundle: true,
    write: false,
    format,
    loader: { ".css": "text" }, // each explorer adds its own style sheet
    target: "es2022",
    minify: true,
    lineLimit: 200, // so that a change of a line is not a change of the whole file
    charset: "utf8",
    legalComments: "none",
    banner: { js: NOTICE },
  });
  return outputFiles.map(({ path: name, contents }) => [path.basename(name), Buffer.from(contents)]);
}

async function outputs() {
  const files = new Map((await Promise.all(Object.entries(BUNDLES).map(bundle))).flat());
  files.set("LICENSE.uplot.txt", await readFile(path.join(here, "node_modules", "uplot", "LICENSE")));
  return files;
}

async function check(files) {
  const wrong = [];
  for (const [name, contents] of files) {
    const committed = await readFile(path.join(target, name)).catch(() => null);
    if (committed === null || !committed.equals(contents)) wrong.push(name);
  }
  for (const name of await readdir(target)) if (!files.has(name)) wrong.push(`${name} (is not built)`);
  if (wrong.length) {
    console.error(`pd_optstat/explorer/static is not what js/ gives: ${wrong.join(", ")}. Run "npm run build" in js/.`);
    process.exit(1);
  }
  console.log("The bundles are in step with js/.");
}

async function write(files) {
  await mkdir(target, { recursive: true });
  for (const [name, contents] of files) {
    await writeFile(path.join(target, name), contents);
    console.log(`${name}: ${(contents.length / 1e3).toFixed(1)} kB`);
  }
}

await (process.argv.includes("--check") ? check : write)(await outputs());
