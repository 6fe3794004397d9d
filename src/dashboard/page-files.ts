// The files of the page, as the build bundled them: read once, served by name and nothing else.
import { readFileSync } from 'node:fs';
import { SweepError } from '../errors.js';

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
} as const;

export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Throws INTERNAL when the page was not built. */
export function readPageFiles(): PageFile[] {
  return Object.entries(FILES).map(([path, [name, type]]) => {
    try {
      return { path, type, bytes: readFileSync(new URL(`./page/${name}`, import.meta.url)) };
    } catch (cause) {
      throw new SweepError('INTERNAL', `the dashboard's page lacks ${name}`, {
        hint: 'in a checkout: npm run build',
        cause,
      });
    }
  });
}
