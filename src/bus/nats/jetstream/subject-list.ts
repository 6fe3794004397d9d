// The subjects of a stream that hold messages, and how many each: the server gives them in pages.
import type { JetStream } from './jetstream.js';

interface StreamInfo {
  readonly state: { readonly subjects?: Readonly<Record<string, number>> };
  /** Number of subjects in all, when they come in pages. */
  readonly total?: number;
}

export async function* listSubjects(
  jetStream: JetStream,
  stream: string,
  filter: string,
  doing: string,
): AsyncGenerator<readonly [subject: string, messages: number]> {
  for (let offset = 0; ; ) {
    const body = { subjects_filter: filter, offset };
    const info = await jetStream.api<StreamInfo>(`STREAM.INFO.${stream}`, body, doing);
    const counts = Object.entries(info.state.subjects ?? {});
    yield* counts;
    offset += counts.length;
    if (counts.length === 0 || offset >= (info.total ?? 0)) return;
  }
}
