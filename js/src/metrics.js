// The formulas of `pd_optstat/analysis/metrics.py`, for windows of rows. Python is the reference: the golden tests in
// tests/explorer compare every function here with it. C and P are a day's call and put totals, r = P / C.
//
// A window of n rows is the last n rows that have a ratio (for sums: both counts), and a row without one has no result: NaN.
import { rankValues, rollingMedians, rollingRanks } from "./ranks.js";
import { exactSums, quotient, rollingDeviations, rollingMeans, rollingSums, windowSize } from "./windows.js";

export const HOWS = ["sum", "mean", "median", "ema"];

/** Values of some rows of a series: `values`, and the `rows` that have one, null if all have. */
class Present {
  constructor(values) {
    this.length = values.length;
    const rows = [];
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) rows.push(i);
    this.rows = rows.length === values.length ? null : Int32Array.from(rows);
    this.values = this.pick(values);
  }

  /** Return those of `values` that are in the rows. */
  pick(values) {
    return this.rows === null ? values : Float64Array.from(this.rows, (row) => values[row]);
  }

  /** Return results of the rows as results of all rows, NaN in the others. */
  scatter(results) {
    if (this.rows === null) return results;
    const all = new Float64Array(this.length).fill(NaN);
    for (let i = 0; i < results.length; i++) all[this.rows[i]] = results[i];
    return all;
  }
}

/**
 * One series' counts, and what its metrics have in common: computed when first needed, and kept.
 *
 * The counts are Float64Arrays with one element a day, NaN where one is missing. Nobody may write into the arrays.
 */
export class Counts {
  #kept = new Map();

  constructor(call, put) {
    if (call.length !== put.length) throw new RangeError(`${call.length} calls and ${put.length} puts: one of each a day.`);
    this.length = call.length;
    this.call = call;
    this.put = put;
    this.ratio = quotient(put, call); // NaN where one is missing or call is 0
  }

  #keep(name, make) {
    if (!this.#kept.has(name)) this.#kept.set(name, make());
    return this.#kept.get(name);
  }

  /** The ratios that there are. */
  get ratios() {
    return this.#keep("ratios", () => new Present(this.ratio));
  }

  /** The ranks of the ratios among all. */
  get order() {
    return this.#keep("order", () => rankValues(this.ratios.values));
  }

  /** The rows that have both counts, and functions from a window to their sums of calls and of puts. */
  get sums() {
    return this.#keep("sums", () => {
      const both = new Present(this.call.map((value, i) => value + this.put[i]));
      const parts = [both.pick(this.call), both.pick(this.put)];
      const exact = parts.map(exactSums);
      return { both, sums: exact.includes(null) ? parts.map((part) => (window) => rollingSums(part, window)) : exact };
    });
  }
}

/** Return P / (C + P); NaN where the sum is 0 or either is missing. */
export function putShare({ call, put }) {
  return quotient(put, call.map((value, i) => value + put[i]));
}

/** Return ΣP / ΣC over the window, or the mean, median or exponential mean of r. */
export function rollingRatio(counts, window, how, minPeriods = window) {
  const { ratios } = counts;
  switch (how) {
    case "sum": {
      const { both, sums } = counts.sums;
      const [calls, puts] = sums.map((sum) => sum(window));
      const enough = calls.map((_, i) => windowSize(i, window) >= minPeriods);
      return both.scatter(quotient(puts, calls, enough));
    }
    case "mean":
      return ratios.scatter(rollingMeans(ratios.values, window, minPeriods));
    case "median":
      return ratios.scatter(rollingMedians(counts.order, window, minPeriods));
    case "ema":
      return ratios.scatter(exponentialMeans(ratios.values, window, minPeriods));
    default:
      throw new RangeError(`how=${how} must be one of ${HOWS.join(", ")}.`);
  }
}

/** Return e(t) = α r(t) + (1 − α) e(t − 1) with α = 2 / (window + 1). */
function exponentialMeans(values, window, minPeriods) {
  const newWeight = 1 / (1 + (window - 1) / 2);
  const oldWeight = 1 - newWeight;
  const result = new Float64Array(values.length);
  let mean = NaN;
  values.forEach((value, i) => {
    if (i === 0) mean = value;
    // Not where both are equal, so that a constant stays what it is.
    else if (mean !== value) mean = (oldWeight * mean + newWeight * value) / (oldWeight + newWeight);
    result[i] = i + 1 >= minPeriods ? mean : NaN;
  });
  return result;
}

/** Return (r − x̄) / s, with the window's mean x̄ and sample deviation s; NaN where s is 0. */
export function zscore({ ratios }, window, minPeriods = window) {
  const { fromMean, squares } = rollingDeviations(ratios.values, window);
  const least = Math.max(minPeriods, 2);
  for (let i = 0; i < fromMean.length; i++) {
    const size = windowSize(i, window);
    const deviation = Math.sqrt(squares[i] / Math.max(size - 1, 1));
    const score = size >= least && deviation !== 0 ? fromMean[i] / deviation : NaN;
    fromMean[i] = Number.isFinite(score) ? score : NaN;
  }
  return ratios.scatter(fromMean);
}

/** Return the rank of each ratio that there is among those of its window, for `percentile` and `extremes`. */
export function rank(counts, window, minPeriods = window) {
  return rollingRanks(counts.order, window, minPeriods);
}

/** Return rank / n of r among the n ratios of its window, ties averaged. */
export function percentile(counts, window, minPeriods = window, ranks = rank(counts, window, minPeriods)) {
  return counts.ratios.scatter(ranks.map((one, i) => one / windowSize(i, window)));
}

/** Return +1 where the symmetric percentile, (rank − ½) / n, is ≥ upper, −1 where it is ≤ lower, else 0; NaN if unknown. */
export function extremes(counts, window, lower, upper, ranks = rank(counts, window)) {
  if (!(lower < upper)) throw new RangeError(`lower=${lower}, upper=${upper}: lower must be below upper.`);
  const marks = ranks.map((one, i) => {
    const share = (one - 0.5) / windowSize(i, window);
    return Number.isNaN(share) ? NaN : (share >= upper) - (share <= lower);
  });
  return counts.ratios.scatter(marks);
}

/** Return x̄ ± k s, with the window's mean x̄ and sample deviation s. */
export function bands({ ratios }, window, k, minPeriods = window) {
  if (!(k > 0)) throw new RangeError(`k=${k} must be a number above 0.`);
  const middle = rollingMeans(ratios.values, window, minPeriods);
  const { squares } = rollingDeviations(ratios.values, window);
  const upper = new Float64Array(middle.length);
  const lower = new Float64Array(middle.length);
  const least = Math.max(minPeriods, 2);
  const orMissing = (value) => (Number.isFinite(value) ? value : NaN);
  for (let i = 0; i < middle.length; i++) {
    const size = windowSize(i, window);
    const variance = size >= least ? orMissing(squares[i] / (size - 1)) : NaN;
    const width = k * Math.sqrt(variance);
    upper[i] = orMissing(middle[i] + width);
    lower[i] = orMissing(middle[i] - width);
  }
  return { middle: ratios.scatter(middle), upper: ratios.scatter(upper), lower: ratios.scatter(lower) };
}

/** Return the short rolling mean / the long rolling mean − 1; NaN where the long one is 0. */
export function detrend(counts, short, long) {
  if (short >= long) throw new RangeError(`short=${short}, long=${long}: short must be shorter than long.`);
  const result = quotient(rollingRatio(counts, short, "mean"), rollingRatio(counts, long, "mean"));
  return result.map((value) => value - 1);
}

/** Return r(t) − r(t − periods), in rows that have a ratio. */
export function momentum({ ratios }, periods) {
  return ratios.scatter(ratios.values.map((value, i, values) => (i < periods ? NaN : value - values[i - periods])));
}

/**
 * Return every run of equal marks other than 0: its side, its first and last row, its length, and how many rows are `after` it.
 *
 * Only rows that have a ratio count, and up to `gap` rows that are not extreme do not end a run.
 */
export function findRuns({ ratio }, marks, gap = 0) {
  const runs = [];
  let count = 0; // rows that have a ratio
  for (let i = 0; i < marks.length; i++) {
    if (Number.isNaN(ratio[i])) continue;
    count++;
    const side = marks[i];
    if (!side) continue; // NaN is unknown
    const run = runs.at(-1);
    if (run && run.side === side && count - run.end <= gap + 1) {
      run.last = i;
      run.length += count - run.end;
      run.end = count;
    } else runs.push({ side, first: i, last: i, length: 1, end: count });
  }
  return runs.map(({ end, ...run }) => ({ ...run, after: count - end }));
}
