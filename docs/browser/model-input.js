// From the text of a CSV to what a forecaster takes: rows by the columns of sweep.json, normalised windows. No drawing.

/** Windows that are forecast, the last ones of the data: more would not be told apart in the drawing. */
const MOST_WINDOWS = 2000;

/**
 * The columns that the model knows, in its order, and the times. Plain CSV: no quoted delimiters.
 * Throws an Error that names line and column.
 */
function readRows(text, task) {
  const lines = text.replaceAll('\r', '').split('\n');
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    lines[0].split(one).length > lines[0].split(best).length ? one : best,
  );
  const split = (line) => line.split(delimiter).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
  const names = split(lines[0].replace(/^\uFEFF/, ''));
  const places = task.columns.map(({ name }) => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`there is no column "${name}"; the first line names ${names.join(', ')}`);
    return place;
  });
  const timePlace = task.csv.time === null ? 0 : names.indexOf(task.csv.time);
  const rows = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const fields = split(line);
    const values = places.map((place, column) => {
      const value = fields[place] === '' ? Number.NaN : Number(fields[place]);
      if (Number.isFinite(value) && !task.csv.missing.includes(value)) return value;
      throw new Error(`line ${index + 1}, "${task.columns[column].name}": "${fields[place]}" is no value`);
    });
    const seconds = task.stepSeconds === null ? rows.length : parseTime(fields[timePlace]);
    if (Number.isNaN(seconds)) throw new Error(`line ${index + 1}: "${fields[timePlace]}" is not a date`);
    rows.push({ values, seconds });
  }
  requireRhythm(rows, task);
  return rows;
}

/** Seconds since 1970 of `2009-01-31 00:10:00`, `31.01.2009 00:10:00`, or seconds or milliseconds; NaN of anything else. */
function parseTime(text = '') {
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return Number(text) < 1e11 ? Number(text) : Number(text) / 1000;
  const iso = text.replace(/^(\d\d)\.(\d\d)\.(\d{4})/, '$3-$2-$1').replace(' ', 'T');
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(iso);
  return Date.parse(iso.length === 10 || hasZone ? iso : `${iso}Z`) / 1000;
}

/** The step that most rows keep must be the training's. */
function requireRhythm(rows, { stepSeconds }) {
  if (stepSeconds === null || rows.length < 2) return;
  const counts = new Map();
  for (let row = 1; row < rows.length; row++) {
    const step = rows[row].seconds - rows[row - 1].seconds;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const [[step]] = [...counts].sort(([, left], [, right]) => right - left);
  if (step !== stepSeconds)
    throw new Error(`there is a row every ${step} s; the model was trained on one every ${stepSeconds} s`);
}

/**
 * The last windows whose rows are all there: the one that ends with row r reads r − (timesteps − 1)·step, …, r and predicts
 * row r + step + delay. `inputs` is `[count, timesteps, features]`.
 */
function openWindows(rows, { task, timesteps, features }) {
  if (task.as !== undefined || task.window.normalise !== undefined || task.ahead !== undefined)
    throw new Error(
      'this page knows plain windows alone: use the ONNX file of the model, or "sweep predict"',
    );
  const { lookback, step, delay } = task.window;
  const whole = rows.length - (lookback - step);
  if (whole < 1) throw new Error(`${rows.length} rows are too few: a window takes ${lookback - step + 1}`);
  const count = Math.min(whole, MOST_WINDOWS);
  const inputs = new Float32Array(count * timesteps * features);
  const targetRows = [];
  let at = 0;
  for (let last = rows.length - count; last < rows.length; last++) {
    for (let time = timesteps - 1; time >= 0; time--)
      for (const [column, value] of rows[last - time * step].values.entries()) {
        const { mean, std, held } = task.columns[column];
        // Constant while training: nothing was learnt for it.
        inputs[at++] = held ? 0 : (value - mean) / std;
      }
    targetRows.push(last + step + delay);
  }
  return { count, inputs, targetRows };
}

globalThis.modelInput = { readRows, openWindows };
