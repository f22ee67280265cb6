// The order of the table's rows. What a page makes of it is tested in tests/browser/test_page_table.py.
import assert from "node:assert/strict";
import test from "node:test";

import { formatCell, sortRows } from "../src/table.js";

const sorted = (values, direction) => Array.from(sortRows(values, values.length, direction));

test("rows are sorted by number, equal ones stay in their order", () => {
  const values = Float64Array.of(3, 1, 3, -2, 10);
  assert.deepEqual(sorted(values, "ascending"), [3, 1, 0, 2, 4]);
  assert.deepEqual(sorted(values, "descending"), [4, 0, 2, 1, 3]);
  assert.deepEqual(sorted(values, "none"), [0, 1, 2, 3, 4]);
});

test("missing values come last in either direction, and do not disturb the others", () => {
  const values = Float64Array.of(NaN, 2, NaN, 1, 3);
  assert.deepEqual(sorted(values, "ascending"), [3, 1, 4, 0, 2]);
  assert.deepEqual(sorted(values, "descending"), [4, 1, 3, 0, 2]);
  const texts = ["", "greed", "fear", "", "greed"];
  assert.deepEqual(sorted(texts, "ascending"), [2, 1, 4, 0, 3]);
  assert.deepEqual(sorted(texts, "descending"), [1, 4, 2, 0, 3]);
});

test("no row is sorted", () => assert.deepEqual(sorted([], "ascending"), []));

test("each kind of cell has its format", () => {
  assert.equal(formatCell(45_658_870, { kind: "count" }), "45,658,870");
  assert.equal(formatCell(0.98765, { kind: "number", digits: 2 }), "0.99");
  assert.equal(formatCell(20616, { kind: "day" }), "2026-06-12");
  assert.equal(formatCell("fear", { kind: "text" }), "fear");
  assert.equal(formatCell(undefined, { kind: "text" }), "");
  assert.equal(formatCell(NaN, { kind: "number", digits: 2 }), "–");
});
