// Rolling sums, means and deviations over rows, as `pd_optstat/analysis/windows.py` computes them.
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

/** Return how many rows of each window are valid. */
export function windowCounts(valid, window) {
  const n = valid.length;
  const result = new Int32Array(n);
  for (let i = 0, count = 0; i < n; i++) {
    count += valid[i];
    if (i >= window) count -= valid[i - window];
    result[i] = count;
  }
  return result;
}

/** Return the sum over the window of each row, without subtractions; missing values must be 0. */
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

/** Return the mean over the window of each row, NaN where fewer than `minPeriods` values are valid. */
export function rollingMeans(filled, counts, window, minPeriods = window) {
  const sums = rollingSums(filled, window);
  const n = sums.length;
  for (let i = 0; i < n; i++) {
    const mean = counts[i] >= minPeriods && counts[i] !== 0 ? sums[i] / counts[i] : NaN;
    sums[i] = Number.isFinite(mean) ? mean : NaN;
  }
  return sums;
}

/** Return each value less the mean of its window, and the sum of squared deviations over the window. */
export function rollingDeviations(filled, valid, window) {
  const n = filled.length;
  const fromMean = new Float64Array(n);
  const squares = new Float64Array(n);
  if (n === 0) return { fromMean, squares };
  const size = Math.min(window, n);
  const blocks = Math.ceil(n / size);
  const centres = new Float64Array(blocks); // a value of each block, from which its values are measured
  const means = new Float64Array(n);
  const counts = new Int32Array(n);
  for (let block = 0; block < blocks; block++) {
    const begin = block * size;
    const end = Math.min(begin + size, n);
    const centre = (centres[block] = firstValid(filled, valid, begin, end, 1));
    let count = 0, sum = 0, mean = 0, square = 0; // prettier-ignore
    for (let i = begin; i < end; i++) {
      const centred = valid[i] ? filled[i] - centre : 0;
      const step = i === begin ? centred : centred - mean;
      count += valid[i];
      sum += centred;
      mean = sum / Math.max(count, 1);
      square += step * step * (((count - 1) * valid[i]) / Math.max(count, 1));
      counts[i] = count;
      means[i] = mean;
      squares[i] = square;
      fromMean[i] = filled[i] - centre - mean;
    }
  }
  if (size === 1 || n <= size) return { fromMean, squares };
  mergeEnds({ filled, valid, size, centres, means, counts, fromMean, squares });
  return { fromMean, squares };
}

/** Merge the end of the block before with the beginning of each row's block (Chan, Golub & LeVeque). */
function mergeEnds({ filled, valid, size, centres, means, counts, fromMean, squares }) {
  const n = filled.length;
  let centreBefore = 0;
  for (let begin = 0, block = 0; begin + size <= n; begin += size, block++) {
    const centre = firstValid(filled, valid, begin + size - 1, begin - 1, -1);
    let count = 0, sum = 0, mean = 0, square = 0; // prettier-ignore
    for (let i = begin + size - 1; i >= begin; i--) {
      const centred = valid[i] ? filled[i] - centre : 0;
      const step = i === begin + size - 1 ? centred : centred - mean;
      count += valid[i];
      sum += centred;
      mean = sum / Math.max(count, 1);
      square += step * step * (((count - 1) * valid[i]) / Math.max(count, 1));
      const row = i + size - 1; // the row whose window begins here
      if (row >= n || row < size) continue;
      const whole = i === begin; // such a window is complete already
      const a = whole ? 0 : count;
      const b = counts[row];
      const share = b > 0 ? a / Math.max(a + b, 1) : 0;
      let gap = centres[whole ? block : block + 1] - (whole ? centreBefore : centre);
      gap += means[row] - mean;
      fromMean[row] += gap * share;
      squares[row] += square * (a > 0) + gap * gap * share * b;
    }
    centreBefore = centre;
  }
}

/** Return the first valid value from `begin` on, up to `end` exclusive; 0 if there is none. */
function firstValid(filled, valid, begin, end, step) {
  for (let i = begin; i !== end; i += step) if (valid[i]) return filled[i];
  return 0;
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
