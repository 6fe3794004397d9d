// Control messages of the local bus. Listeners in this process hear at once; those in another one find the message as a
// file in `control/`, which they look through a few times a second. Best effort, as the contract says.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { makeDirectories } from '../../make-directories.js';
import type { ControlMessage } from '../bus.js';
import { controlMessageCodec } from '../messages.js';
import { controlSubject } from '../subjects.js';
import { hasErrno, replaceFile } from './files.js';

/** Long enough for every listener to have looked. */
const KEEP_MS = 60_000;

export type ControlListener = (message: ControlMessage) => void;

let sent = 0;

export class LocalControl {
  readonly #listeners = new Set<ControlListener>();
  /** Names that were there before the first listener, were read, or were written here. */
  #known = new Set<string>();
  /** Names that are being written here: not to be seen yet, and no news when they are. */
  readonly #sending = new Set<string>();
  /** The directory could not be read at the last look. */
  #isBlind = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly directory: string,
    private readonly pollMs: number,
    private readonly logger: Logger,
  ) {}

  async send(message: ControlMessage): Promise<void> {
    controlSubject(message); // Refuses hostile names before anything is written.
    const bytes = controlMessageCodec.encode(message);
    sent += 1;
    const name = `${Date.now()}-${process.pid}-${sent}.json`;
    this.#known.add(name);
    this.#sending.add(name);
    for (const listener of [...this.#listeners]) listener(message);
    try {
      makeDirectories(this.directory);
      await replaceFile(join(this.directory, name), bytes, { isDurable: false });
    } finally {
      this.#sending.delete(name);
    }
    this.#forgetOld();
  }

  /** Returns how to stop listening. */
  listen(listener: ControlListener): () => void {
    if (this.#listeners.size === 0) {
      this.#known = new Set(this.#namesSeen() ?? []);
      this.#timer = setInterval(() => this.#look(), this.pollMs);
      // Listening for orders is no reason to live on.
      this.#timer.unref();
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearInterval(this.#timer);
    };
  }

  close(): void {
    this.#listeners.clear();
    clearInterval(this.#timer);
  }

  #look(): void {
    const names = this.#namesSeen();
    if (names === null) return;
    for (const name of names) {
      if (!this.#known.has(name)) this.#deliver(name);
    }
    this.#known = new Set([...names, ...this.#sending]);
  }

  #deliver(name: string): void {
    let message: ControlMessage;
    try {
      message = controlMessageCodec.decode(readFileSync(join(this.directory, name)));
    } catch (thrown) {
      // Removed as old between listing and reading.
      if (hasErrno(thrown, 'ENOENT')) return;
      this.logger.warn('a control message cannot be read', { name, error: asSweepError(thrown).message });
      return;
    }
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** null where they cannot be read. */
  #namesSeen(): string[] | null {
    try {
      const names = this.#names();
      this.#isBlind = false;
      return names;
    } catch (thrown) {
      if (!this.#isBlind) {
        this.logger.warn('control messages cannot be read', { error: asSweepError(thrown).message });
      }
      this.#isBlind = true;
      return null;
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.directory)
        .filter((name) => /^[0-9]+-[0-9]+-[0-9]+\.json$/.test(name))
        .sort();
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return [];
      throw thrown;
    }
  }

  #forgetOld(): void {
    const before = Date.now() - KEEP_MS;
    for (const name of this.#names()) {
      if (Number.parseInt(name, 10) < before) rmSync(join(this.directory, name), { force: true });
    }
  }
}
