// What the explorer shows of a series: the arrays to plot, and the numbers of its headline.
//
// Results are kept for each series, so that a step of one slider computes only what depends on it.
import { Counts, bands, detrend, extremes, findRuns, momentum, percentile, putShare, rank, rollingRatio, zscore } from "./metrics.js";

/** The formulas of the metrics that the lowest panel can show, by the names of `state.METRICS` in Python. */
const METRICS = {
  zscore: (series, { lookback }) => series.recall("zscore", zscore, lookback),
  percentile: (series, { lookback }) => series.recall("percentile", percentile, lookback, lookback, ranksOf(series, lookback)),
  rolling_ratio: (series, { window }) => series.recall("sum", rollingRatio, window, "sum"),
  ema: (series, { window }) => series.recall("ema", rollingRatio, window, "ema"),
  median: (series, { window }) => series.recall("median", rollingRatio, window, "median"),
  detrend: (series, { window, lookback }) => series.recall("detrend", checkedDetrend, window, lookback),
  momentum: (series, { window }) => series.recall("momentum", momentum, window),
  put_share: (series) => series.recall("put_share", putShare),
};

export const METRIC_NAMES = Object.keys(METRICS);

const ranksOf = (series, lookback) => series.recall("ranks", rank, lookback);

function checkedDetrend(counts, window, lookback) {
  if (window >= lookback) {
    throw new RangeError(
      `Window ${window} is not shorter than Lookback ${lookback}, as the detrended ratio requires. ` +
        "Move one of the sliders, or choose another metric.",
    );
  }
  return detrend(counts, window, lookback);
}

/** A series' days and counts, and the last result of each formula. */
class Series {
  #last = new Map();

  constructor(days, counts) {
    this.days = days;
    this.counts = counts;
  }

  /** Return `formula(counts, ...settings)`, or the last result under this name if the settings are still the same. */
  recall(name, formula, ...settings) {
    const last = this.#last.get(name);
    if (last && last.settings.every((value, i) => Object.is(value, settings[i]))) return last.result;
    const result = formula(this.counts, ...settings);
    this.#last.set(name, { settings, result });
    return result;
  }
}

/**
 * Return a series for `compute` and `latest`.
 *
 * `days` counts from 1970-01-01 and ascends; `call` and `put` are Float64Arrays, NaN where a count is missing. The arrays
 * are kept, not copied.
 */
export function prepare({ days, call, put }) {
  if (days.length !== call.length) throw new RangeError(`${days.length} days and ${call.length} calls: one of each a day.`);
  return new Series(days, new Counts(call, put));
}

/**
 * Return the arrays to plot, one element for each row of the series; NaN where there is no value.
 *
 * The settings are those of Python's `View`: window, lookback (sessions), metric, lower, upper (limits of extremes, as
 * percentiles from 0 to 1), k (width of the band in standard deviations). Arrays that do not depend on what has changed
 * are the ones returned before.
 */
export function compute(series, settings) {
  const { window, lookback, metric, lower, upper, k } = settings;
  if (!Object.hasOwn(METRICS, metric)) throw new RangeError(`metric=${metric} must be one of ${METRIC_NAMES.join(", ")}.`);
  const band = series.recall("bands", bands, window, k);
  return {
    ratio: series.counts.ratio,
    mean: band.middle,
    upper: band.upper,
    lower: band.lower,
    slow_mean: series.recall("slow_mean", rollingRatio, lookback, "mean"),
    metric: METRICS[metric](series, settings),
    zscore: METRICS.zscore(series, settings),
    percentile: METRICS.percentile(series, settings),
    extreme: series.recall("extreme", extremes, lookback, lower, upper, ranksOf(series, lookback)),
  };
}

/**
 * Return the numbers of the headline: those of the last row before `end` that has a ratio.
 *
 * `change` is the ratio less the one before. `side` is +1 for fear, -1 for greed, 0 for neither or unknown; `age` the rows
 * of the run of extremes so far, 0 without one; `since` the rows since the last extreme row, 0 if this is one and null if
 * there was none. Only rows that have a ratio count. Without any ratio, `row` is -1.
 */
export function latest(series, settings, end = series.days.length) {
  const shown = compute(series, settings);
  let row = Math.min(end, series.days.length) - 1;
  while (row >= 0 && Number.isNaN(shown.ratio[row])) row--;
  const at = (values) => (row >= 0 ? values[row] : NaN);
  const run = findRuns(series.counts, shown.extreme.subarray(0, row + 1)).at(-1);
  const isExtreme = run !== undefined && run.after === 0;
  return {
    row,
    day: row >= 0 ? series.days[row] : null,
    ratio: at(shown.ratio),
    change: at(series.recall("change", momentum, 1)),
    mean: at(shown.mean),
    metric: at(shown.metric),
    percentile: at(shown.percentile),
    zscore: at(shown.zscore),
    side: isExtreme ? run.side : 0,
    age: isExtreme ? run.length : 0,
    since: run ? run.after : null,
  };
}
