// The terminal as a view that fills it needs it: what it writes goes there as it is, and what the program writes meanwhile goes
// to the view.
export interface ViewTerminal {
  /** Its size, and when that changes. */
  readonly output: NodeJS.WriteStream;
  /** null: keys come from elsewhere. */
  readonly input: NodeJS.ReadStream | null;
  write(text: string): void;
  /** From now on; the returned function ends it. What goes to no terminal is let through. */
  divert(to: (text: string, stream: 'stdout' | 'stderr') => void): () => void;
}

export interface TerminalFacts {
  /** null: it is no terminal. */
  openInput(): NodeJS.ReadStream | null;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly term: string | undefined;
  /** CI: set by services that run builds, whose logs are kept as lines. */
  readonly ci: string | undefined;
}

/** null where lines are wanted: no terminal, one that only prints, or a service that runs builds. */
export function findViewTerminal({
  openInput,
  stdout,
  stderr,
  term,
  ci,
}: TerminalFacts): ViewTerminal | null {
  const isBuild = ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
  if (stderr.isTTY !== true || term === 'dumb' || isBuild) return null;
  const raw = stderr.write.bind(stderr);
  let input: NodeJS.ReadStream | null = null;
  return {
    output: stderr,
    get input() {
      input ??= openInput();
      return input;
    },
    write: (text) => void raw(text),
    divert(to) {
      const restores = [divertStream(stderr, (text) => to(text, 'stderr'))];
      if (stdout.isTTY === true) restores.push(divertStream(stdout, (text) => to(text, 'stdout')));
      return () => {
        for (const restore of restores) restore();
      };
    },
  };
}

function divertStream(stream: NodeJS.WriteStream, to: (text: string) => void): () => void {
  const own = stream.write;
  const diverted = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean => {
    to(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
  stream.write = diverted;
  return () => {
    stream.write = own;
  };
}
