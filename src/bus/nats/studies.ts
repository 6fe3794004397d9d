// Study records in their bucket: one key a study, created once.
import { SweepError } from '../../errors.js';
import type { StudyRecord } from '../bus.js';
import { studyRecordCodec } from '../messages.js';
import { parseRecordKey, recordKey } from '../subjects.js';
import type { NatsBucket } from './jetstream/bucket.js';
import type { SetAside } from './set-aside.js';

export class NatsStudies {
  constructor(
    private readonly bucket: NatsBucket,
    private readonly setAside: SetAside,
  ) {}

  /** Throws STUDY_EXISTS when the id is taken. */
  async create(record: StudyRecord): Promise<void> {
    const { study } = record;
    const revision = await this.bucket.create(recordKey(study), studyRecordCodec.encode(record));
    if (revision !== null) return;
    throw new SweepError('STUDY_EXISTS', `the study ${study} exists already`, {
      hint: `go on with it: sweep resume ${study}`,
    });
  }

  async read(study: string): Promise<StudyRecord | null> {
    const key = recordKey(study);
    const entry = await this.bucket.read(key);
    try {
      return entry === null ? null : studyRecordCodec.decode(entry.value);
    } catch {
      // It may have been damaged on its way.
      const agreed = await this.bucket.readAgreed(key);
      return agreed === null ? null : studyRecordCodec.decode(agreed.value);
    }
  }

  /** Differs between two studies that had the same name one after the other; 0: there is none. */
  async incarnation(study: string): Promise<number> {
    return (await this.bucket.read(recordKey(study)))?.revision ?? 0;
  }

  async list(): Promise<StudyRecord[]> {
    const entries = await this.bucket.entries();
    return entries.flatMap(({ key, value }) => {
      const study = parseRecordKey(key);
      if (study === null) return [];
      try {
        const record = studyRecordCodec.decode(value);
        if (record.study === study) return [record];
        throw new Error('it names another study');
      } catch (thrown) {
        this.setAside.count('study', key, thrown instanceof Error ? thrown.message : String(thrown));
        return [];
      }
    });
  }

  async remove(study: string): Promise<void> {
    await this.bucket.delete(recordKey(study));
  }
}
