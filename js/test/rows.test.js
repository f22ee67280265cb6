// The rows of the table: newest first, cut to the zoom, and the values of the newest step.
import assert from "node:assert/strict";
import test from "node:test";

import { prepare } from "../src/compute.js";
import { rowsOf } from "../src/rows.js";
import { computeScene, makeAxis } from "../src/series.js";

const METRICS = { zscore: { title: "z-score" }, percentile: { title: "percentile" } };
const VIEW = { window: 2, lookback: 3, metric: "zscore", lower: 0.4, upper: 0.9, k: 2, zoom: null };

function series(title, first, n) {
  const days = Int32Array.from({ length: n }, (_, i) => first + i);
  const call = Float64Array.from(days, (day) => 100 + ((day * 7) % 5));
  const put = Float64Array.from(days, (day) => 50 + ((day * 3) % 7));
  return { title, days, call, put, prepared: prepare({ days, call, put }) };
}

const axisOf = (...parts) => makeAxis(parts, [-Infinity, Infinity]);
const shown = ({ columns, at, count }) =>
  Array.from({ length: count }, (_, row) => Object.fromEntries(columns.map(({ title }, i) => [title, at(i, row)])));

test("rows of several series are newest first, those of a day in the order of the series", () => {
  const scene = computeScene(axisOf(series("A", 100, 3), series("B", 101, 3)), VIEW);
  const rows = shown(rowsOf(scene, VIEW, METRICS));
  assert.deepEqual(rows.map((row) => `${row.Series}${row.Day}`), ["B103", "A102", "B102", "A101", "B101", "A100"]);
});

test("one series has no column for it, and a percentile none for the metric", () => {
  const scene = computeScene(axisOf(series("A", 100, 9)), VIEW);
  const titles = (view) => rowsOf(scene, view, METRICS).columns.map(({ title }) => title);
  assert.deepEqual(titles(VIEW),
    ["Day", "Calls", "Puts", "Put/call", "Mean 2", "Percentile 3", "Z-score", "Extreme"]);
  assert.deepEqual(titles({ ...VIEW, metric: "percentile" }),
    ["Day", "Calls", "Puts", "Put/call", "Mean 2", "Percentile 3", "Extreme"]);
});

test("values are those of the newest step and of the newest zoom", () => {
  const axis = axisOf(series("A", 100, 9));
  for (const change of [{}, { window: 3 }, { lookback: 4 }, { zoom: ["1970-04-13", "1970-04-15"] }, { lower: 0.1 }]) {
    const view = { ...VIEW, ...change };
    const scene = computeScene(axis, view);
    const [part] = scene.parts;
    const rows = shown(rowsOf(scene, view, METRICS));
    assert.equal(rows.length, view.zoom ? 3 : 9);
    rows.forEach((row) => {
      const i = row.Day - 100;
      const { ratio, mean, percentile, metric, extreme } = part.result;
      assert.equal(row["Put/call"], part.series.put[i] / part.series.call[i]);
      assert.deepEqual(Object.values(row).slice(3, 7), [ratio[i], mean[i], percentile[i], metric[i]]);
      assert.equal(row.Extreme, ["greed", "", "fear"][extreme[i] + 1] ?? "unknown");
    });
  }
});

test("no row is no row", () => assert.equal(rowsOf(computeScene(axisOf(series("A", 1, 0)), VIEW), VIEW, METRICS).count, 0));
