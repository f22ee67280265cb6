import assert from "node:assert/strict";
import test from "node:test";

import { compactCount, formatCount, formatDay, formatNumber, parseDay } from "../src/format.js";

test("counts have thousands separators, and all of their digits", () => {
  assert.equal(formatCount(45_658_870), "45,658,870");
  assert.equal(formatCount(0), "0");
  assert.equal(formatCount(999), "999");
  assert.equal(formatCount(2 ** 53), "9,007,199,254,740,992");
  assert.equal(formatCount(1234.5), "1,234.5");
});

test("compact counts have three digits", () => {
  const shown = [[0, "0"], [999, "999"], [1000, "1K"], [45_658_870, "45.7M"], [999_999, "1M"], [2.345e9, "2.35B"]];
  for (const [count, text] of shown) assert.equal(compactCount(count), text);
});

test("numbers have the digits asked for, and zero has no sign", () => {
  assert.equal(formatNumber(0.98765, 2), "0.99");
  assert.equal(formatNumber(-1.5, 3), "-1.500");
  assert.equal(formatNumber(-0.001, 2), "0.00");
  assert.equal(formatNumber(-0, 1), "0.0");
  assert.equal(formatNumber(12345.678, 1), "12,345.7");
  assert.equal(formatNumber(0.5, 0), "1");
});

test("what is missing is a dash", () => {
  for (const format of [formatCount, compactCount, formatDay, (value) => formatNumber(value, 2)]) {
    for (const value of [NaN, null, undefined]) assert.equal(format(value), "–");
  }
});

test("days are those of the calendar, whatever the time zone", () => {
  assert.equal(formatDay(0), "1970-01-01");
  assert.equal(formatDay(20616), "2026-06-12");
  assert.equal(formatDay(-1), "1969-12-31");
  for (let day = -40_000; day < 60_000; day += 97) assert.equal(parseDay(formatDay(day)), day);
});

test("a text that is not a date of the calendar is null", () => {
  assert.equal(parseDay(" 2024-02-29 "), 19782);
  for (const text of ["", "2026", "2026-06", "2026-6-12", "2026-02-29", "2026-13-01", "2026-00-10", "12/06/2026", "0"]) {
    assert.equal(parseDay(text), null, text);
  }
});
