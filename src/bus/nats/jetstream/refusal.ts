// What JetStream refuses, by the number that it gives: which error of ours it is, and the next step.
import { SweepError } from '../../../errors.js';
import { noJetStream } from './diagnosis.js';

/** err_code of the JetStream API (server/errors.json of nats-server). */
export const API_ERROR = {
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  consumerNotFound: 10014,
  noMessageFound: 10037,
  notForAccount: 10039,
  notEnabled: 10076,
} as const;
/** Limits that pass when space is freed: resources, storage, memory, max_bytes and max_msgs of a stream. */
const FULL = new Set([10023, 10047, 10028, 10077, 10002]);
/** A cluster that elects, a server that starts. */
const NOT_READY = new Set([10004, 10008, 10009, 10075]);

/** The API's own refusal, for callers that act on `errCode`. */
export class JetStreamRefusal extends SweepError {
  constructor(
    readonly errCode: number,
    description: string,
    doing: string,
  ) {
    super(...refusalText(errCode, description, doing));
  }
  get isMissingStream(): boolean {
    return this.errCode === API_ERROR.streamNotFound;
  }
  get isMissingConsumer(): boolean {
    return this.errCode === API_ERROR.consumerNotFound;
  }
  get isWrongLastSequence(): boolean {
    return this.errCode === API_ERROR.wrongLastSequence;
  }
}

function refusalText(
  errCode: number,
  description: string,
  doing: string,
): ConstructorParameters<typeof SweepError> {
  const message = `NATS: ${description} (${errCode}) while ${doing}`;
  if (FULL.has(errCode)) {
    return [
      'BUS_FULL',
      message,
      { hint: "free space, or raise the stream's max_bytes or the server's max_file_store" },
    ];
  }
  if (NOT_READY.has(errCode)) return ['BUS_UNREACHABLE', message, { hint: 'the server is not ready yet' }];
  if (errCode === API_ERROR.notForAccount || errCode === API_ERROR.notEnabled)
    return ['BUS_CONFIGURATION', message, { hint: noJetStream('').hint }];
  const hint = 'if the store of the server was wiped, start the study again with "sweep start"';
  if (errCode === API_ERROR.streamNotFound)
    return [
      'BUS_CONFIGURATION',
      `its stream is gone from the NATS server (${errCode}) while ${doing}`,
      { hint },
    ];
  return ['BUS_CONFIGURATION', message, { hint }];
}
