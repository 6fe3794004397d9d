// Writes the example series of the README into the repository.
import { writeFileSync } from 'node:fs';
import { loadSeries } from './load-series.js';

writeFileSync(new URL('../../../sweeps/data/load.csv', import.meta.url), loadSeries());
