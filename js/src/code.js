// The Python code that reproduces the view. pd_optstat/explorer/copy_code.py writes the same.
const repr = (number) => (Number.isInteger(number) ? `${number}.0` : String(number));
const quoted = (day) => (day === null ? "None" : `'${day}'`);
const bound = (day) => (day === null ? "" : `"${day}"`);

/** Return the code; `series` are those drawn, `shown` the first and the last day as "2026-06-12" or null. */
export function writeCode(view, content, series, shown, theme, metrics) {
  const { window, lookback, lower, upper, k, metric } = view;
  const lines = [...content.code.head];
  for (const { comment } of series) if (comment) lines.push(comment);
  if (series.length < content.code.series) // of those that the first lines load
    lines.push(`df = df.loc[:, df.columns.droplevel(-1).isin([${series.map(({ literal }) => literal).join(", ")}])]`);
  const [begin, end] = shown;
  const cut = begin === null && end === null ? "" : `.loc[${bound(begin)}:${bound(end)}]`;
  const limits = `lookback=${lookback}, lower=${repr(lower)}, upper=${repr(upper)}`;
  const windows = window === lookback ? `(${window},)` : `(${window}, ${lookback})`;
  const drawn = `start=${quoted(begin)}, end=${quoted(end)}, theme='${theme}'`;
  const call = metrics[metric].expression.replaceAll("{window}", window).replaceAll("{lookback}", lookback);
  lines.push(
    `metrics = df.optstat.metrics(windows=${windows}, ${limits})${cut}`,
    `${metric} = df.optstat.${call}${cut}`,
    `df.optstat.plot("overview", windows=${windows}, ${limits}, ${drawn})`,
    `df.optstat.plot("bands", window=${window}, k=${repr(k)}, ${drawn})`,
  );
  if (series.some(({ ownPrice }) => ownPrice)) lines.push(`df.optstat.plot("price", ${limits}, ${drawn})`);
  return lines.join("\n") + "\n";
}
