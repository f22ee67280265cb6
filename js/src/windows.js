// Rolling sums, means and deviations over values of which none is missing, as `pd_optstat/analysis/windows.py` computes them.
//
// The order of the operations is that of the Python module, so the results are the same to the last bit. No value outside
// a window affects its result: sums and deviations are those of the end of one block and the beginning of the next, where
// blocks are as long as the window. The Python module explains the method and names its sources.

/** Return dividend / divisor; NaN where the divisor is 0, where it is not `enough`, and instead of infinity. */
export function quotient(dividend, divisor, enough = null) {
  const n = dividend.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = divisor[i] !== 0 && (enough === null || enough[i]) ? dividend[i] / divisor[i] : NaN;
    result[i] = Number.isFinite(value) ? value : NaN;
  }
  return result;
}

/** Return how many values the window of a row has. */
export const windowSize = (row, window) => Math.min(row + 1, window);

/** Return the sum over the window of each row, without subtractions. */
export function rollingSums(values, window) {
  const n = values.length;
  const size = Math.max(Math.min(window, n), 1);
  const result = new Float64Array(n);
  for (let begin = 0; begin < n; begin += size) {
    const end = Math.min(begin + size, n);
    for (let i = begin, sum = 0; i < end; i++) result[i] = sum += values[i];
  }
  // A window that is a whole block is in `result` already; the others begin in the block before their row's.
  for (let begin = 0; begin + size <= n; begin += size) {
    for (let i = begin + size - 1, sum = 0; i > begin; i--) {
      sum += values[i];
      if (i + size <= n) result[i + size - 1] += sum;
    }
  }
  return result;
}

/** Return the mean over the window of each row, NaN where it has fewer than `minPeriods` values. */
export function rollingMeans(values, window, minPeriods = window) {
  const sums = rollingSums(values, window);
  const n = sums.length;
  for (let i = 0; i < n; i++) {
    const size = windowSize(i, window);
    const mean = size >= minPeriods ? sums[i] / size : NaN;
    sums[i] = Number.isFinite(mean) ? mean : NaN;
  }
  return sums;
}

/** Return each value less the mean of its window, and the sum of squared deviations over the window. */
export function rollingDeviations(values, window) {
  const n = values.length;
  const fromMean = new Float64Array(n);
  const squares = new Float64Array(n);
  if (n === 0) return { fromMean, squares };
  const size = Math.min(window, n);
  const means = new Float64Array(n);
  for (let begin = 0; begin < n; begin += size) {
    const end = Math.min(begin + size, n);
    const centre = values[begin]; // from which the values of the block are measured
    let sum = 0, mean = 0, square = 0; // prettier-ignore
    for (let i = begin, count = 1; i < end; i++, count++) {
      const centred = values[i] - centre;
      const step = i === begin ? centred : centred - mean;
      sum += centred;
      mean = sum / count;
      square += step * step * ((count - 1) / count);
      means[i] = mean;
      squares[i] = square;
      fromMean[i] = values[i] - centre - mean;
    }
  }
  if (size === 1 || n <= size) return { fromMean, squares };
  mergeEnds({ values, size, means, fromMean, squares });
  return { fromMean, squares };
}

/** Merge the end of the block before with the beginning of each row's block (Chan, Golub & LeVeque). */
function mergeEnds({ values, size, means, fromMean, squares }) {
  const n = values.length;
  for (let begin = 0; begin + size <= n; begin += size) {
    const centre = values[begin + size - 1];
    let sum = 0, mean = 0, square = 0; // prettier-ignore
    for (let i = begin + size - 1, count = 1; i > begin; i--, count++) {
      const centred = values[i] - centre;
      const step = count === 1 ? centred : centred - mean;
      sum += centred;
      mean = sum / count;
      square += step * step * ((count - 1) / count);
      const row = i + size - 1; // the row whose window begins here
      if (row >= n) continue;
      const b = size - count; // how many values of the row's block its window has
      const share = count / size;
      let gap = values[begin + size] - centre;
      gap += means[row] - mean;
      fromMean[row] += gap * share;
      squares[row] += square + gap * gap * share * b;
    }
  }
}

const HALF = 2 ** 26;

/** Return the sums of whole numbers of at most 2**63 over windows, exact and then rounded once; null if they are not. */
export function exactSums(values) {
  const n = values.length;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (!Number.isInteger(value)) return null;
    if (value > most) most = value;
  }
  if (most * n >= 2 ** 62) return null; // as in Python, which sums int64
  if (most * n <= Number.MAX_SAFE_INTEGER) {
    const sums = runningSums(values, (value) => value);
    return (window) => differences(sums, window);
  }
  // Two halves, whose sums are exact; their weighted sum is rounded once, as int64 is when it becomes float64.
  const low = runningSums(values, (value) => value % HALF);
  const high = runningSums(values, (value) => Math.floor(value / HALF));
  return (window) => {
    const sums = differences(high, window);
    const rest = differences(low, window);
    for (let i = 0; i < n; i++) sums[i] = sums[i] * HALF + rest[i];
    return sums;
  };
}

function runningSums(values, part) {
  const result = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) result[i + 1] = result[i] + part(values[i]);
  return result;
}

function differences(running, window) {
  const n = running.length - 1;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) result[i] = running[i + 1] - running[Math.max(i + 1 - window, 0)];
  return result;
}
