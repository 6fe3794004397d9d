// A page as PDF, printed by the Chromium of this machine.
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { asSweepError, SweepError } from '../../errors.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const LIMIT_MS = 60_000;

/** null: there is none in these folders. */
export function findChromium(folders: readonly string[]): string | null {
  for (const name of NAMES)
    for (const folder of folders.filter((one) => one !== '')) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  return null;
}

/** Throws USAGE where no Chromium is, or it prints nothing. */
export async function printPdf(page: string, pdf: string, folders: readonly string[]): Promise<void> {
  const chromium = findChromium(folders);
  if (chromium === null)
    throw new SweepError('USAGE', 'no Chromium was found to print the report with', {
      path: '--pdf',
      hint: 'install one (Debian: apt-get install chromium), or print report.html from a browser',
    });
  const profile = mkdtempSync(join(tmpdir(), 'sweep-print-'));
  try {
    await promisify(execFile)(
      chromium,
      [
        '--headless',
        '--disable-gpu',
        `--user-data-dir=${profile}`,
        '--no-first-run',
        '--no-pdf-header-footer',
        // Its sandbox refuses to run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--print-to-pdf=${pdf}`,
        pathToFileURL(page).href,
      ],
      { timeout: LIMIT_MS },
    );
  } catch (cause) {
    throw new SweepError('USAGE', `${chromium} could not print the report: ${asSweepError(cause).message}`, {
      path: '--pdf',
      hint: 'print report.html from a browser',
      cause,
    });
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
