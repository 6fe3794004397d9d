// Opens an address in the browser of this machine, and says so where there is none.
import { spawn } from 'node:child_process';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';

/** The address is printed before, by whoever knows what it is of. */
export function openBrowser({ environment, stderr }: CliContext, address: string): void {
  const sayNone = (): void => {
    stderr.write(`note: no browser was found; open ${printable(address)}\n`);
  };
  const { DISPLAY, WAYLAND_DISPLAY, BROWSER } = environment;
  const hasDisplay = [DISPLAY, WAYLAND_DISPLAY, BROWSER].some((one) => one !== undefined && one !== '');
  if (process.platform === 'linux' && !hasDisplay) {
    sayNone();
    return;
  }
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""']
        : ['xdg-open'];
  const child = spawn(command!, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', sayNone);
  child.unref();
}
