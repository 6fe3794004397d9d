// Records of the studies of a sweep home, `studies/<study>/study.json`, and where a study's other files lie.
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { isToken } from '../../schema/wire.js';
import type { StudyRecord } from '../bus.js';
import { studyRecordCodec } from '../messages.js';
import { checkToken } from '../subjects.js';
import { asFileError, createFileExclusively, hasErrno } from './files.js';

export interface StudyPaths {
  readonly directory: string;
  readonly record: string;
  readonly events: string;
  /** Lock of the coordinator. */
  readonly lease: string;
  /** Lock of the process that appends. */
  readonly writer: string;
  /** What trials of the study own. */
  readonly blobs: string;
}

export class LocalStudies {
  constructor(
    private readonly directory: string,
    private readonly logger: Logger,
  ) {}

  /** Throws USAGE when `study` cannot be a name: nothing outside of the home is ever reached. */
  paths(study: string): StudyPaths {
    const directory = join(this.directory, checkToken('study', study));
    return {
      directory,
      record: join(directory, 'study.json'),
      events: join(directory, 'events.jsonl'),
      lease: join(directory, 'lease'),
      writer: join(directory, 'writer'),
      blobs: join(directory, 'blobs'),
    };
  }

  create(record: StudyRecord): void {
    const { record: path } = this.paths(record.study);
    const text = Buffer.from(studyRecordCodec.encode(record)).toString('utf8');
    if (createFileExclusively(path, text)) return;
    throw new SweepError('STUDY_EXISTS', `there is a study ${record.study} already`, {
      path,
      hint: `go on with it (sweep resume ${record.study}), or forget it (sweep rm ${record.study})`,
    });
  }

  async read(study: string): Promise<StudyRecord | null> {
    const { record: path } = this.paths(study);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return null;
      throw asFileError(thrown, path);
    }
    try {
      return studyRecordCodec.decode(bytes);
    } catch (thrown) {
      throw new SweepError('EVENT_LOG_CORRUPT', `${path} is damaged: ${asSweepError(thrown).message}`, {
        path,
        hint: `put the file back from a backup, or forget the study: sweep rm ${study}`,
        cause: thrown,
      });
    }
  }

  async exists(study: string): Promise<boolean> {
    try {
      await access(this.paths(study).record);
      return true;
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return false;
      throw thrown;
    }
  }

  /** By time of creation. A record that cannot be read is listed with its damage: a study that vanishes would be worse. */
  async list(): Promise<StudyRecord[]> {
    const records: StudyRecord[] = [];
    for (const study of await this.#names()) {
      try {
        const record = await this.read(study);
        if (record !== null) records.push(record);
      } catch (thrown) {
        const { message } = asSweepError(thrown);
        this.logger.warn('the record of a study cannot be read', { study, error: message });
        records.push({
          study,
          name: study,
          createdAt: await this.#lastChange(study),
          spec: null,
          damage: message,
        });
      }
    }
    return records.sort(
      (left, right) => compareText(left.createdAt, right.createdAt) || compareText(left.study, right.study),
    );
  }

  async #lastChange(study: string): Promise<string> {
    try {
      return (await stat(this.paths(study).record)).mtime.toISOString();
    } catch {
      // Listed anyhow: before all others.
      return new Date(0).toISOString();
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.directory)).filter(isToken);
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return [];
      throw asFileError(thrown, this.directory);
    }
  }
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
