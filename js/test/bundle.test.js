// The committed bundle loads as it is, in any module loader.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const folder = new URL("../../pd_optstat/explorer/static/", import.meta.url);

test("the bundle is one module without imports, and exports what anywidget calls", async () => {
  const text = await readFile(new URL("widget.js", folder), "utf8");
  assert.doesNotMatch(text, /\bfrom\s*"|\bimport\s*\(|\bimport\s*"/);
  // Loading must not touch the page: anywidget, and the HTML file, decide when to draw.
  const { default: widget } = await import(new URL("widget.js", folder));
  assert.equal(typeof widget.render, "function");
});

test("JavaScript is at most 400 kB, and uPlot's licence lies beside it", async () => {
  assert.ok((await readFile(new URL("widget.js", folder))).length <= 400_000);
  assert.match(await readFile(new URL("LICENSE.uplot.txt", folder), "utf8"), /MIT License[\s\S]*Leon Sorokin/);
});
