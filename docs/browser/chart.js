// Draws measured and predicted values over time into an SVG. Knows nothing of models.
const WIDTH = 800;
const HEIGHT = 320;
const MARGIN = { left: 56, right: 12, top: 12, bottom: 28 };
const TICKS = 4;

/** `points`: { seconds, prediction, actual }, in the order of time; `actual` may be null. */
function drawForecast(svg, points, { title, formatTime }) {
  const values = points.flatMap(({ prediction, actual }) =>
    actual === null ? [prediction] : [prediction, actual],
  );
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const first = points[0].seconds;
  const span = points.at(-1).seconds - first || 1;
  const x = (seconds) => MARGIN.left + ((seconds - first) / span) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value) =>
    HEIGHT - MARGIN.bottom - ((value - low) / (high - low || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  svg.replaceChildren();
  svg.setAttribute('aria-label', title);
  for (const name of ['actual', 'prediction']) {
    const steps = points
      .filter((point) => point[name] !== null)
      .map(
        (point, index) =>
          `${index === 0 ? 'M' : 'L'}${x(point.seconds).toFixed(1)} ${y(point[name]).toFixed(1)}`,
      );
    append(svg, 'path', { class: name, d: steps.join('') });
  }
  for (let tick = 0; tick <= TICKS; tick++) {
    const value = low + ((high - low) * tick) / TICKS;
    append(svg, 'text', { x: MARGIN.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, value.toFixed(1));
  }
  append(svg, 'text', { x: MARGIN.left, y: HEIGHT - 8 }, formatTime(first));
  append(
    svg,
    'text',
    { x: WIDTH - MARGIN.right, y: HEIGHT - 8, 'text-anchor': 'end' },
    formatTime(first + span),
  );
}

function append(svg, name, attributes, text = '') {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  svg.append(element);
}

globalThis.chart = { drawForecast };
