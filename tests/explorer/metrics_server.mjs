// Answers each line of JSON, which asks for one metric of a series, with a line of JSON. NaN is null in both.
import { createInterface } from "node:readline";

import { compute, latest, prepare } from "../../js/src/compute.js";
import * as metrics from "../../js/src/metrics.js";

const numbers = (values) => Float64Array.from(values, (value) => value ?? NaN);

function answer({ days, call, put, formula, settings }) {
  if (formula === "compute" || formula === "latest") {
    const series = prepare({ days: Int32Array.from(days), call: numbers(call), put: numbers(put) });
    return (formula === "compute" ? compute : latest)(series, ...settings);
  }
  const counts = new metrics.Counts(numbers(call), numbers(put));
  if (formula === "ratio") return counts.ratio;
  if (formula === "findRuns") {
    const [lookback, lower, upper, gap] = settings;
    return metrics.findRuns(counts, metrics.extremes(counts, lookback, lower, upper), gap);
  }
  return metrics[formula](counts, ...settings);
}

function plain(name, value) {
  if (value === Infinity || value === -Infinity) throw new Error("A metric is infinite.");
  return ArrayBuffer.isView(value) ? Array.from(value) : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = JSON.stringify({ result: answer(JSON.parse(line)) }, plain);
  } catch (error) {
    reply = JSON.stringify({ error: error.message });
  }
  process.stdout.write(`${reply}\n`);
}
