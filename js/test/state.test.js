// The rules of the choices, of the axis and of the copied code.
import assert from "node:assert/strict";
import test from "node:test";
import { writeCode } from "../src/code.js";
import { formatDay, parseDay } from "../src/format.js";
import { computeScene, makeAxis, onAxis } from "../src/series.js";
import { prepare } from "../src/compute.js";
import { chosenTitles, drawnRange, refusal, wantedRange, withoutKernel } from "../src/state.js";
import { seriesPanels } from "../src/panels.js";
import { PALETTES } from "../src/theme.js";
import { tickLabels, tickPlaces } from "../src/ticks.js";

const VIEW = {
  markets: ["US_SECURITY"], data_types: ["VOLUME"], series: null, preset: "1Y", start: null, end: null, window: 2,
  lookback: 3, metric: "zscore", lower: 0.1, upper: 0.9, k: 2, arrangement: "stacked", theme: "auto", zoom: null, hidden: [],
};

test("presets count back from the last day as in Python", () => {
  const first = (preset, today) => formatDay(wantedRange({ ...VIEW, preset }, today)[0]);
  assert.equal(first("1M", "2026-03-31"), "2026-02-28");
  assert.equal(first("1M", "2024-03-30"), "2024-02-29");
  assert.equal(first("3M", "2026-01-15"), "2025-10-15");
  assert.equal(first("YTD", "2026-01-01"), "2026-01-01");
  assert.equal(first("1Y", "2024-02-29"), "2023-02-28");
  assert.equal(first("5Y", "2026-06-12"), "2021-06-12");
  assert.deepEqual(wantedRange({ ...VIEW, preset: "Max" }, "2026-06-12"), [-Infinity, Infinity]);
});

test("a range that is not loaded is not drawn: the one loaded last stays", () => {
  const loaded = { first: "2025-06-12", last: null, today: "2026-06-12", view: { preset: "1Y", start: null, end: null } };
  const drawn = (changes) => drawnRange({ ...VIEW, ...changes }, loaded).map((day) => (Number.isFinite(day) ? formatDay(day) : day));
  assert.deepEqual(drawn({ preset: "3M" }), ["2026-03-12", Infinity]);
  assert.deepEqual(drawn({ preset: "5Y" }), ["2025-06-12", Infinity]);
  assert.deepEqual(drawn({ preset: null, start: "2026-01-02", end: "2026-02-02" }), ["2026-01-02", "2026-02-02"]);
  const closed = { ...loaded, last: "2026-06-12", view: { preset: null, start: "2025-06-12", end: "2026-06-12" } };
  assert.deepEqual(drawnRange({ ...VIEW, preset: "3M" }, closed).map(formatDay), ["2025-06-12", "2026-06-12"]);
  const alone = withoutKernel({ ...closed, last: "2026-03-12" });
  assert.deepEqual(drawnRange({ ...VIEW, preset: "3M" }, alone), [parseDay("2025-12-12"), Infinity]);
  assert.equal(withoutKernel(loaded), loaded);
});

test("choices that are not valid are refused with what to do", () => {
  const why = (changes) => refusal({ ...VIEW, ...changes }, { loaded: { given: false } });
  assert.equal(why({}), null);
  assert.match(why({ preset: null, start: "2026-02-01", end: "2026-01-01" }), /Swap/);
  assert.match(why({ preset: null, start: "0002-02-01" }), /From 0002-02-01/);
  assert.match(why({ markets: [] }), /at least one market/);
  assert.match(why({ lower: 0.9 }), /lower must be below upper/);
  assert.match(why({ metric: "detrend", window: 3 }), /not shorter/);
  assert.match(refusal({ ...VIEW, series: [] }, { loaded: { given: true } }), /at least one series/);
});

function series(title, days, call, put) {
  const arrays = { days: Int32Array.from(days, parseDay), call: Float64Array.from(call), put: Float64Array.from(put) };
  return { title, ...arrays, prepared: prepare(arrays), provisional: [] };
}

test("days that only one series has are no gaps of the other, and missing counts are", () => {
  const us = series("US", ["2026-06-10", "2026-06-11", "2026-06-12"], [1, 2, NaN], [1, 1, NaN]);
  const hk = series("HK", ["2026-06-10", "2026-06-12"], [1, 2], [3, 4]);
  const axis = makeAxis([us, hk], [-Infinity, Infinity]);
  const scene = computeScene(axis, { ...VIEW, zoom: ["2026-06-11", "2026-06-30"] });
  assert.deepEqual([...scene.days].map(formatDay), ["2026-06-10", "2026-06-11", "2026-06-12"]);
  assert.deepEqual(scene.zoom, [1, 2]);
  assert.deepEqual(onAxis(scene.parts[0], us.call, 3), [1, 2, null]);
  assert.deepEqual(onAxis(scene.parts[1], hk.call, 3), [1, undefined, 2]);
  assert.equal(onAxis(scene.parts[1], hk.call, 3), onAxis(scene.parts[1], hk.call, 3));
});

test("puts stand on the calls, and on the axis if the calls are hidden", () => {
  const one = series("US", ["2026-06-10", "2026-06-11", "2026-06-12"], [1, 2, NaN], [10, 20, NaN]);
  const drawn = (hidden) => {
    const view = { ...VIEW, hidden };
    const scene = computeScene(makeAxis([one], [-Infinity, Infinity]), view);
    const vocabulary = { metrics: { zscore: { title: "z-score", marks: [] } } };
    const [{ lines: [puts] }] = seriesPanels(scene.parts[0], scene, view, vocabulary, PALETTES.light);
    return [puts.values, puts.shown];
  };
  assert.deepEqual(drawn([]), [[11, 22, null], [10, 20, null]]);
  assert.deepEqual(drawn(["volume.call"]), [[10, 20, null], [10, 20, null]]);
});

test("no rows and one row can be drawn", () => {
  for (const days of [[], ["2026-06-12"]]) {
    const one = series("x", days, days.map(() => 2), days.map(() => 1));
    const scene = computeScene(makeAxis([one], [-Infinity, Infinity]), VIEW);
    assert.deepEqual([scene.days.length, scene.zoom], [days.length, [0, 0]]);
  }
});

test("ticks are at the first session of a period, at most as many as there is room for", () => {
  const weekdays = [];
  for (let day = parseDay("2024-01-01"); weekdays.length < 520; day++) if ((day + 3) % 7 < 5) weekdays.push(day);
  const days = Int32Array.from(weekdays);
  const places = tickPlaces(days, 0, 519, 10);
  assert.deepEqual(tickLabels(days, places), ["Apr", "Jul", "Oct", "2025", "Apr", "Jul", "Oct"]);
  assert.deepEqual(tickLabels(days, tickPlaces(days, 0, 20, 6)), ["8 Jan", "15 Jan", "22 Jan", "29 Jan"]);
  assert.deepEqual(tickPlaces(new Int32Array(), 0, 0, 5), []);
});

test("chosen series are those ticked, of a frame or of markets and data types", () => {
  const content = (given) => ({ loaded: { given }, series: [{ title: "a" }, { title: "b" }] });
  assert.deepEqual(chosenTitles(VIEW, content(true)), ["a", "b"]);
  assert.deepEqual(chosenTitles({ ...VIEW, series: ["b"] }, content(true)), ["b"]);
  assert.deepEqual(chosenTitles({ ...VIEW, data_types: ["VOLUME", "OPEN_INTEREST"] }, content(false)),
    ["US_SECURITY VOLUME", "US_SECURITY OPEN_INTEREST"]);
});

test("the code has the series, the days and the limits", () => {
  const content = { code: { head: ["import pd_optstat as po", "", "df = po.load()"], series: 2 } };
  const metrics = { zscore: { expression: "zscore({lookback})" } };
  const text = writeCode(VIEW, content, [{ comment: "# a: sha256:0", literal: "('a', 'b')" }], ["2026-01-02", null], "dark", metrics);
  assert.equal(text, `import pd_optstat as po

df = po.load()
# a: sha256:0
df = df.loc[:, df.columns.droplevel(-1).isin([('a', 'b')])]
metrics = df.optstat.metrics(windows=(2, 3), lookback=3, lower=0.1, upper=0.9).loc["2026-01-02":]
zscore = df.optstat.zscore(3).loc["2026-01-02":]
df.optstat.plot("overview", windows=(2, 3), lookback=3, lower=0.1, upper=0.9, start='2026-01-02', end=None, theme='dark')
df.optstat.plot("bands", window=2, k=2.0, start='2026-01-02', end=None, theme='dark')
`);
});
