// The formulas of `pd_optstat/analysis/metrics.py`, for windows of rows. Python is the reference: the golden tests in
// tests/explorer compare every function here with it. C and P are a day's call and put totals, r = P / C.
import { rankValues, rollingMedians, rollingPercentiles } from "./ranks.js";
import { exactSums, quotient, rollingDeviations, rollingMeans, rollingSums, windowCounts } from "./windows.js";

export const HOWS = ["sum", "mean", "median", "ema"];

/**
 * One series' counts, and what its metrics have in common: computed when first needed, and kept.
 *
 * The counts are Float64Arrays with one element a day, NaN where one is missing. Nobody may write into the arrays.
 */
export class Counts {
  #kept = new Map();

  constructor(call, put) {
    if (call.length !== put.length) throw new RangeError(`${call.length} calls and ${put.length} puts: one of each a day.`);
    const n = call.length;
    this.length = n;
    this.call = call;
    this.put = put;
    this.hasBoth = new Uint8Array(n);
    this.ratio = new Float64Array(n);
    this.hasRatio = new Uint8Array(n);
    this.filled = new Float64Array(n); // the ratio, 0 where it is missing
    for (let i = 0; i < n; i++) {
      this.hasBoth[i] = Number.isNaN(call[i]) || Number.isNaN(put[i]) ? 0 : 1;
      const ratio = this.hasBoth[i] && call[i] !== 0 ? put[i] / call[i] : NaN;
      this.hasRatio[i] = Number.isFinite(ratio) ? 1 : 0;
      this.ratio[i] = this.hasRatio[i] ? ratio : NaN;
      this.filled[i] = this.hasRatio[i] ? ratio : 0;
    }
  }

  #keep(name, make) {
    if (!this.#kept.has(name)) this.#kept.set(name, make());
    return this.#kept.get(name);
  }

  /** The ranks of the ratios among all. */
  get order() {
    return this.#keep("order", () => rankValues(this.ratio));
  }

  /** Functions from a window to the sums of calls and of puts. */
  get sums() {
    return this.#keep("sums", () => {
      const parts = [this.call, this.put].map((part) => part.map((value, i) => (this.hasBoth[i] ? value : 0)));
      const exact = parts.map(exactSums);
      return exact.includes(null) ? parts.map((part) => (window) => rollingSums(part, window)) : exact;
    });
  }
}

/** Return P / (C + P); NaN where the sum is 0 or either is missing. */
export function putShare({ call, put }) {
  return quotient(put, call.map((value, i) => value + put[i]));
}

/** Return ΣP / ΣC over the window, or the mean, median or exponential mean of r. */
export function rollingRatio(counts, window, how, minPeriods = window) {
  switch (how) {
    case "sum": {
      const enough = windowCounts(counts.hasBoth, window).map((count) => (count >= minPeriods ? 1 : 0));
      const [calls, puts] = counts.sums.map((sums) => sums(window));
      return quotient(puts, calls, enough);
    }
    case "mean":
      return rollingMeans(counts.filled, windowCounts(counts.hasRatio, window), window, minPeriods);
    case "median":
      return rollingMedians(counts.order, window, minPeriods);
    case "ema":
      return exponentialMeans(counts.ratio, window, minPeriods);
    default:
      throw new RangeError(`how=${how} must be one of ${HOWS.join(", ")}.`);
  }
}

/** Return e(t) = α r(t) + (1 − α) e(t − 1) with α = 2 / (window + 1), over the days that have a ratio. */
function exponentialMeans(ratio, window, minPeriods) {
  const newWeight = 1 / (1 + (window - 1) / 2);
  const oldWeight = 1 - newWeight;
  const result = new Float64Array(ratio.length);
  let mean = NaN;
  let count = 0;
  for (let i = 0; i < ratio.length; i++) {
    const value = ratio[i];
    if (!Number.isNaN(value)) {
      count++;
      if (Number.isNaN(mean)) mean = value;
      // Not where both are equal, so that a constant stays what it is.
      else if (mean !== value) mean = (oldWeight * mean + newWeight * value) / (oldWeight + newWeight);
    }
    result[i] = count >= minPeriods ? mean : NaN;
  }
  return result;
}

/** Return (r − x̄) / s, with the window's mean x̄ and sample deviation s; NaN where s is 0. */
export function zscore({ filled, hasRatio }, window, minPeriods = window) {
  const counts = windowCounts(hasRatio, window);
  const { fromMean, squares } = rollingDeviations(filled, hasRatio, window);
  const least = Math.max(minPeriods, 2);
  for (let i = 0; i < fromMean.length; i++) {
    const deviation = Math.sqrt(squares[i] / Math.max(counts[i] - 1, 1));
    const score = hasRatio[i] && counts[i] >= least && deviation !== 0 ? fromMean[i] / deviation : NaN;
    fromMean[i] = Number.isFinite(score) ? score : NaN;
  }
  return fromMean;
}

/** Return rank / n of r among the n ratios of its window, ties averaged. */
export function percentile(counts, window, minPeriods = window) {
  return rollingPercentiles(counts.order, window, minPeriods);
}

/** Return x̄ ± k s, with the window's mean x̄ and sample deviation s. */
export function bands({ filled, hasRatio }, window, k, minPeriods = window) {
  if (!(k > 0)) throw new RangeError(`k=${k} must be a number above 0.`);
  const n = filled.length;
  const counts = windowCounts(hasRatio, window);
  const middle = rollingMeans(filled, counts, window, minPeriods);
  const { squares } = rollingDeviations(filled, hasRatio, window);
  const upper = new Float64Array(n);
  const lower = new Float64Array(n);
  const least = Math.max(minPeriods, 2);
  const orMissing = (value) => (Number.isFinite(value) ? value : NaN);
  for (let i = 0; i < n; i++) {
    const variance = counts[i] >= least ? orMissing(squares[i] / (counts[i] - 1)) : NaN;
    const width = k * Math.sqrt(variance);
    upper[i] = orMissing(middle[i] + width);
    lower[i] = orMissing(middle[i] - width);
  }
  return { middle, upper, lower };
}

/** Return the short rolling mean / the long rolling mean − 1; NaN where the long one is 0. */
export function detrend(counts, short, long) {
  if (short >= long) throw new RangeError(`short=${short}, long=${long}: short must be shorter than long.`);
  const result = quotient(rollingRatio(counts, short, "mean"), rollingRatio(counts, long, "mean"));
  return result.map((value) => value - 1);
}

/** Return r(t) − r(t − periods), in rows. */
export function momentum({ ratio }, periods) {
  return ratio.map((value, i) => (i < periods ? NaN : value - ratio[i - periods]));
}

/** Return +1 where the percentile ≥ upper, −1 where ≤ lower, else 0. */
export function markExtremes(percentiles, lower, upper) {
  if (!(lower < upper)) throw new RangeError(`lower=${lower}, upper=${upper}: lower must be below upper.`);
  const marks = new Int8Array(percentiles.length);
  for (let i = 0; i < marks.length; i++) marks[i] = (percentiles[i] >= upper) - (percentiles[i] <= lower);
  return marks;
}

/** Return the first and the last row of every run of equal marks other than 0; up to `gap` rows of 0 do not end one. */
export function findRuns(marks, gap = 0) {
  const runs = [];
  for (let i = 0; i < marks.length; i++) {
    if (marks[i] === 0) continue;
    const run = runs.at(-1);
    if (run && run.side === marks[i] && i - run.last <= gap + 1) run.last = i;
    else runs.push({ side: marks[i], first: i, last: i });
  }
  return runs;
}
