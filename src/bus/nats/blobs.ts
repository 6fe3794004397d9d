// Blobs in a stream: chunks and a head, each under a subject made of the digest. Content names the subject, so two writers
// of the same blob help each other, and an interrupted one is completed by the next. A blob that one trial owns has the
// trial in its subjects: what its writer left unfinished or unrecorded is found by them.
// Not the client's object store: its `get` waits for ever for missing chunks, its `put` needs headers that may wipe the
// whole bucket, and its readers need to create consumers.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import type { BlobOwner } from '../bus.js';
import {
  BLOBS_BUCKET,
  blobChunkSubject,
  blobHeadSubject,
  blobSubjects,
  blobsOfStudy,
  blobsOfTrial,
  parseBlobOwner,
} from '../subjects.js';
import type { JetStream } from './jetstream/jetstream.js';
import type { StoredMessage } from './jetstream/stored-message.js';
import { listSubjects } from './jetstream/subject-list.js';

/** Well below the 1 MiB that a server takes by default. */
export const CHUNK_BYTES = 256 * 1024;
const CHUNKS_IN_FLIGHT = 8;
/** A head that asks for more is not ours: the largest prepared dataset is far below, and a reader allocates this much. */
const MAX_BLOB_BYTES = 2 * 1024 ** 3;

const headSchema = z.object({
  v: z.literal(1),
  sizeBytes: z.number().int().min(0).max(MAX_BLOB_BYTES),
  chunkBytes: z.number().int().min(1),
});

export class NatsBlobs {
  constructor(private readonly jetStream: JetStream) {}

  async put(bytes: Uint8Array, owner?: BlobOwner): Promise<string> {
    const digest = digestOf(bytes);
    if (await this.has(digest, owner)) return digest;
    const chunks = Math.ceil(bytes.byteLength / CHUNK_BYTES);
    await inParallel(chunks, (index) => {
      const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      const subject = blobChunkSubject(digest, index, owner);
      return this.jetStream.publish(subject, chunk, { stream: BLOBS_BUCKET });
    });
    const head = JSON.stringify({ v: 1, sizeBytes: bytes.byteLength, chunkBytes: CHUNK_BYTES });
    await this.jetStream.publish(blobHeadSubject(digest, owner), new TextEncoder().encode(head), {
      stream: BLOBS_BUCKET,
    });
    return digest;
  }

  async get(digest: string, owner?: BlobOwner): Promise<Uint8Array> {
    const head = await this.jetStream.readLast(BLOBS_BUCKET, blobHeadSubject(digest, owner));
    if (head === null) {
      throw new SweepError('BLOB_NOT_FOUND', `the blob ${digest} is not in the store`, {
        hint: 'the coordinator stores datasets when it starts: run "sweep resume STUDY"',
      });
    }
    const { sizeBytes, chunkBytes } = decodeHead(head, digest);
    const bytes = new Uint8Array(sizeBytes);
    const chunks = Math.ceil(sizeBytes / chunkBytes);
    await inParallel(chunks, async (index) => {
      const chunk = await this.readChunk(blobChunkSubject(digest, index, owner));
      if (chunk === null) throw corrupt(digest, `its chunk ${index + 1} of ${chunks} is missing`);
      const start = index * chunkBytes;
      const wanted = Math.min(chunkBytes, sizeBytes - start);
      if (chunk.data.byteLength !== wanted) {
        throw corrupt(
          digest,
          `its chunk ${index + 1} of ${chunks} has ${chunk.data.byteLength} bytes, not ${wanted}`,
        );
      }
      bytes.set(chunk.data, start);
    });
    const found = digestOf(bytes);
    if (found !== digest) throw corrupt(digest, `its content has the digest ${found}`);
    return bytes;
  }

  async has(digest: string, owner?: BlobOwner): Promise<boolean> {
    return (await this.jetStream.readLast(BLOBS_BUCKET, blobHeadSubject(digest, owner))) !== null;
  }

  /** Needs, as all that deletes, the right to purge, which workers do not have. */
  delete(digest: string, owner?: BlobOwner): Promise<void> {
    return this.purge(blobSubjects(digest, owner), `deleting blob ${digest}`);
  }

  async listOwners(study: string): Promise<ReadonlySet<string>> {
    const trials = new Set<string>();
    const subjects = listSubjects(
      this.jetStream,
      BLOBS_BUCKET,
      blobsOfStudy(study),
      `listing the blobs of ${study}`,
    );
    for await (const [subject] of subjects) {
      const owner = parseBlobOwner(subject);
      if (owner !== null) trials.add(owner.trial);
    }
    return trials;
  }

  deleteOf(owner: BlobOwner): Promise<void> {
    return this.purge(blobsOfTrial(owner), `deleting the blobs of trial ${owner.trial}`);
  }

  removeStudy(study: string): Promise<void> {
    return this.purge(blobsOfStudy(study), `deleting the blobs of ${study}`);
  }

  private async purge(filter: string, doing: string): Promise<void> {
    await this.jetStream.api(`STREAM.PURGE.${BLOBS_BUCKET}`, { filter }, doing);
  }

  private async readChunk(subject: string): Promise<StoredMessage | null> {
    const near = await this.jetStream.readDirect(BLOBS_BUCKET, { last_by_subj: subject });
    // A replica may lag; the leader knows.
    return near ?? this.jetStream.readLast(BLOBS_BUCKET, subject);
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function decodeHead(message: StoredMessage, digest: string): z.infer<typeof headSchema> {
  try {
    return headSchema.parse(JSON.parse(Buffer.from(message.data).toString('utf8')));
  } catch (cause) {
    throw corrupt(digest, 'its head cannot be read', cause);
  }
}

function corrupt(digest: string, what: string, cause?: unknown): SweepError {
  return new SweepError('BLOB_CORRUPT', `the blob ${digest} is damaged: ${what}`, {
    hint: 'delete it and store it again: "sweep resume STUDY" does so for datasets',
    cause,
  });
}

/** Runs `work` for 0 … count − 1, a few at a time; the first failure ends it. */
async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    try {
      while (next < count) await work(next++);
    } catch (thrown) {
      next = count;
      throw thrown;
    }
  };
  await Promise.all(Array.from({ length: Math.min(CHUNKS_IN_FLIGHT, count) }, lane));
}
