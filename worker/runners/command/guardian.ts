// Ends what a trial's program started, whatever becomes of us. A small shell waits for its input to end: when this thread is
// ended, or the whole process killed, it kills what the trial at work left, and removes its folder.
import { type ChildProcess, spawn } from 'node:child_process';

/** It leaves our process group, as a Ctrl-C of the terminal is ours to answer. */
const SCRIPT = `
trap '' INT TERM HUP
mark= folder= group=
while IFS= read -r line; do
  case $line in
    mark=*) mark=\${line#mark=} ;;
    folder=*) folder=\${line#folder=} ;;
    group=*) group=\${line#group=} ;;
    done) mark= folder= group= ;;
  esac
done
round=0
while [ -n "$mark" ] && [ $round -lt 3 ]; do
  round=$((round + 1))
  [ -n "$group" ] && kill -s KILL -- "-$group" 2>/dev/null
  for entry in $(grep -ls "SWEEP_MARK=$mark" /proc/[0-9]*/environ); do
    pid=\${entry#/proc/}
    kill -s KILL "\${pid%/environ}" 2>/dev/null
  done
done
[ -n "$folder" ] && rm -rf -- "$folder"
`;

export class Guardian {
  private shell: ChildProcess | null = null;

  /** Before the program is started: what it starts has `mark` in its environment. */
  watch(mark: string, folder: string): void {
    if (this.shell === null || this.shell.exitCode !== null) this.shell = startShell();
    this.tell(`mark=${mark}\nfolder=${folder}`);
  }

  /** The process group of the program. */
  watchGroup(group: number): void {
    this.tell(`group=${group}`);
  }

  /** Nothing is left of it. */
  release(): void {
    this.tell('done');
  }

  private tell(line: string): void {
    this.shell?.stdin?.write(`${line}\n`);
  }
}

function startShell(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it a trial is only ended by its own runner: no reason to fail it.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void } | null)?.unref();
  return shell;
}
