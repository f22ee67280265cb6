// Rolling ranks and medians of values of which none is missing: exact, as they only compare. The counts of a window's values are kept in a Fenwick tree
// over the ranks of all values (P. M. Fenwick, "A new data structure for cumulative frequency tables", Software: Practice
// and Experience 24(3), 1994), so a row costs a few steps, however long the window is.

/** Return the rank of each value among the distinct values, from 1; and the distinct values. */
export function rankValues(values) {
  const sorted = values.slice().sort();
  let m = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[m - 1]) sorted[m++] = sorted[i];
  const distinct = sorted.slice(0, m);
  const ranks = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let low = 0, high = m - 1; // prettier-ignore
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distinct[middle] < values[i]) low = middle + 1;
      else high = middle;
    }
    ranks[i] = low + 1;
  }
  return { ranks, distinct };
}

/** Counts of ranks, with the number of ranks below one and the k-th smallest rank in logarithmic time. */
class RankCounts {
  constructor(m) {
    this.sums = new Int32Array(m + 1);
    this.counts = new Int32Array(m + 1);
    this.size = 0;
    this.top = 1;
    while (this.top * 2 <= m) this.top *= 2;
  }

  add(rank, amount) {
    const { sums } = this;
    this.size += amount;
    this.counts[rank] += amount;
    for (let i = rank; i < sums.length; i += i & -i) sums[i] += amount;
  }

  below(rank) {
    let sum = 0;
    for (let i = rank - 1; i > 0; i -= i & -i) sum += this.sums[i];
    return sum;
  }

  /** Return the k-th smallest rank, from k = 1. */
  select(k) {
    const { sums } = this;
    let rank = 0;
    for (let step = this.top; step > 0; step >>= 1) {
      if (rank + step < sums.length && sums[rank + step] < k) {
        rank += step;
        k -= sums[rank];
      }
    }
    return rank + 1;
  }
}

/** Call `row(counts, i)` for each row, with the counts of its window's ranks. */
function eachWindow({ ranks, distinct }, window, row) {
  const counts = new RankCounts(distinct.length);
  for (let i = 0; i < ranks.length; i++) {
    counts.add(ranks[i], 1);
    if (i >= window) counts.add(ranks[i - window], -1);
    row(counts, i);
  }
}

/** Return the rank of each value among those of its window, from 1, ties averaged; NaN where these are too few. */
export function rollingRanks(order, window, minPeriods = window) {
  const result = new Float64Array(order.ranks.length).fill(NaN);
  eachWindow(order, window, (counts, i) => {
    const rank = order.ranks[i];
    if (counts.size >= minPeriods) result[i] = counts.below(rank) + (counts.counts[rank] + 1) / 2;
  });
  return result;
}

/** Return the median of each window's values. */
export function rollingMedians(order, window, minPeriods = window) {
  const result = new Float64Array(order.ranks.length).fill(NaN);
  const value = (counts, k) => order.distinct[counts.select(k) - 1];
  eachWindow(order, window, (counts, i) => {
    const n = counts.size;
    if (n === 0 || n < minPeriods) return;
    result[i] = n % 2 ? value(counts, (n + 1) / 2) : (value(counts, n / 2) + value(counts, n / 2 + 1)) / 2;
  });
  return result;
}
