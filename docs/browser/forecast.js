// The page: loads an exported model with TensorFlow.js, forecasts from the CSV given, shows it. The model comes from the
// files chosen, or from the folder that the address names: index.html?model=path/to/model

const BATCH = 256;
/** Where TensorFlow.js lies when its address is out of reach: beside this page, in a checkout, in an installed package. */
const PLACES = [
  'tf.min.js',
  '../../node_modules/@tensorflow/tfjs/dist/tf.min.js',
  '../../../@tensorflow/tfjs/dist/tf.min.js',
];
/** The forecasts shown. */
let csv = '';
const byId = (id) => document.getElementById(id);

/** Loads TensorFlow.js from the package, unless the page has it. */
async function needTensorFlow() {
  for (const src of PLACES) {
    if (globalThis.tf !== undefined) return;
    await new Promise((resolve) => {
      const script = document.createElement('script');
      Object.assign(script, { src, onload: resolve, onerror: resolve });
      // Of a file a browser checks no digest.
      if (location.protocol !== 'file:')
        script.integrity = document.querySelector('script[integrity]').integrity;
      document.head.append(script);
    });
  }
  if (globalThis.tf === undefined)
    throw new Error(
      'TensorFlow.js did not load: npm install @tensorflow/tfjs@4.22.0 beside sweep, or put its dist/tf.min.js beside this page',
    );
}

async function loadModel() {
  const folder = new URLSearchParams(location.search).get('model');
  const files = [...byId('model').files];
  if (files.length > 0) {
    const find = (name) => {
      const file = files.find((one) => one.name === name);
      if (file === undefined) throw new Error(`choose ${name} as well`);
      return file;
    };
    const description = JSON.parse(await find('sweep.json').text());
    const handler = tf.io.browserFiles([find('model.json'), find('weights.bin')]);
    return { description, model: await tf.loadLayersModel(handler) };
  }
  if (folder === null) throw new Error('choose the files of a model');
  const answer = await fetch(`${folder}/sweep.json`);
  if (!answer.ok) throw new Error(`there is no model at ${folder}`);
  return { description: await answer.json(), model: await tf.loadLayersModel(`${folder}/model.json`) };
}

async function readData() {
  const [file] = byId('file').files;
  const text = file === undefined ? byId('text').value : await file.text();
  if (text.trim() === '') throw new Error('choose a CSV, or paste one');
  return text;
}

/** `[count]`, in the target's unit. */
async function predict(model, { task, timesteps, features }, { count, inputs }) {
  const { mean, std } = task.columns[task.targetColumn];
  const size = timesteps * features;
  const predictions = [];
  for (let start = 0; start < count; start += BATCH) {
    const rows = Math.min(BATCH, count - start);
    const output = tf.tidy(() =>
      model.predict(
        tf.tensor(inputs.subarray(start * size, (start + rows) * size), [rows, timesteps, features]),
      ),
    );
    for (const value of await output.data()) predictions.push(value * std + mean);
    output.dispose();
    progress(predictions.length, count);
    // The page is drawn between two batches.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return predictions;
}

async function forecast() {
  const { description, model } = await loadModel();
  try {
    const { task } = description;
    if (task.kind !== 'forecast') throw new Error('this page draws forecasts; that model classifies reviews');
    if (task.series !== undefined)
      throw new Error('this page draws one series; that model is of several: sweep predict forecasts each');
    const rows = modelInput.readRows(await readData(), task);
    const windows = modelInput.openWindows(rows, description);
    const predictions = await predict(model, description, windows);
    const last = rows.length - 1;
    const points = windows.targetRows.map((row, index) => ({
      seconds: rows[row]?.seconds ?? rows[last].seconds + (row - last) * (task.stepSeconds ?? 1),
      prediction: predictions[index],
      actual: rows[row]?.values[task.targetColumn] ?? null,
    }));
    show(points, description);
  } finally {
    model.dispose();
  }
}

function show(points, { task, trial, data }) {
  const formatTime = (seconds) =>
    task.stepSeconds === null
      ? String(seconds + 1)
      : new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const next = points.at(-1);
  const unit = task.unit === 'degC' ? '°C' : (task.unit ?? '');
  const warning = data.synthetic ? ' SYNTHETIC DATA: the model was trained on a generated stand-in.' : '';
  say(
    `${task.target} at ${formatTime(next.seconds)}: ${next.prediction.toFixed(2)} ${unit} (trial ${trial}, ${points.length} forecasts).${warning}`,
  );
  byId('figure').hidden = false;
  const unmeasured = points.filter(({ actual }) => actual === null).length;
  const [first, last] = [points[0], points.at(-1)].map(({ seconds }) => formatTime(seconds));
  byId('drawn').textContent =
    `all ${points.length} forecasts, ${first} to ${last}${unmeasured === 0 ? '' : `; the newest ${unmeasured} have not been measured`}`;
  chart.drawForecast(byId('chart'), points, { title: `${task.target}, measured and predicted`, formatTime });
  const lines = points.map(
    ({ seconds, prediction, actual }) =>
      `${formatTime(seconds)},${Number(prediction.toPrecision(7))},${actual ?? ''}\n`,
  );
  const head = task.stepSeconds === null ? 'row' : 'time';
  csv = `${head},prediction,actual\n${lines.join('')}`;
}

function progress(done, count) {
  byId('progress').hidden = false;
  byId('progress').max = count;
  byId('progress').value = done;
}

function say(text, isError = false) {
  byId('status').textContent = text;
  byId('status').className = isError ? 'error' : '';
}

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('figure').hidden = true;
  say('…');
  try {
    await needTensorFlow();
    await forecast();
  } catch (error) {
    say(error.message, true);
  } finally {
    byId('progress').hidden = true;
  }
});

byId('download').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  link.download = 'forecast.csv';
  link.click();
  // Not at once: some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
});
