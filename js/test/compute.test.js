// What Python cannot see of compute.js: what is kept between steps of a slider, and what is not. Its numbers are compared
// with those of Python in tests/explorer/test_page_metrics.py.
import assert from "node:assert/strict";
import test from "node:test";

import { compute, latest, prepare } from "../src/compute.js";

const SETTINGS = { window: 3, lookback: 20, metric: "zscore", lower: 0.1, upper: 0.9, k: 2 };

function example(n = 60) {
  const days = Int32Array.from({ length: n }, (_, i) => 18_000 + i);
  const call = Float64Array.from({ length: n }, (_, i) => 100 + ((i * 37) % 41));
  const put = Float64Array.from({ length: n }, (_, i) => 80 + ((i * 53) % 67));
  return { days, call, put };
}

/** Return the names of the arrays that are not the ones of the step before. */
const renewed = (before, after) => Object.keys(after).filter((name) => after[name] !== before[name]).sort();

test("a step computes only what depends on it", () => {
  const series = prepare(example());
  const first = compute(series, SETTINGS);
  const step = (changes) => renewed(first, compute(series, { ...SETTINGS, ...changes }));
  assert.deepEqual(step({}), []);
  assert.deepEqual(step({ k: 1 }), ["lower", "mean", "upper"]);
  const other = prepare(example());
  const before = compute(other, SETTINGS);
  assert.deepEqual(renewed(before, compute(other, { ...SETTINGS, upper: 0.8 })), ["extreme"]);
  assert.deepEqual(renewed(before, compute(prepare(example()), SETTINGS)).length, 9);
});

test("what was kept is that of the same settings", () => {
  const series = prepare(example());
  for (const change of [{ window: 5 }, { lookback: 30 }, { lower: 0.3 }, { metric: "ema" }, { k: 3 }, {}]) {
    const settings = { ...SETTINGS, ...change };
    assert.deepEqual(compute(series, settings), compute(prepare(example()), settings), JSON.stringify(change));
  }
});

test("the counts are not written to", () => {
  const given = example();
  given.call[7] = NaN;
  given.put[9] = NaN;
  const copy = structuredClone(given);
  const series = prepare(given);
  for (const metric of ["zscore", "percentile", "rolling_ratio", "ema", "median", "detrend", "momentum", "put_share"]) {
    compute(series, { ...SETTINGS, metric });
  }
  assert.deepEqual(given, copy);
});

test("arrays of different lengths are refused", () => {
  const { days, call, put } = example();
  assert.throws(() => prepare({ days, call, put: put.subarray(1) }), /60 calls and 59 puts/);
  assert.throws(() => prepare({ days: days.subarray(2), call, put }), /58 days and 60 calls/);
});

test("no row gives no headline", () => {
  const empty = prepare(example(0));
  const { row, day, ratio, since } = latest(empty, SETTINGS);
  assert.deepEqual([row, day, ratio, since], [-1, null, NaN, null]);
});
