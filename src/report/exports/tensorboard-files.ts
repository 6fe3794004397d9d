// Trials as TensorBoard reads them: a folder each, with the metrics of its epochs and what its hparams tab wants of it
// (tensorboard/plugins/hparams: api.proto, plugin_data.proto; tensorflow/core: event.proto, summary.proto).
import protobuf from 'protobufjs';
import type { ParamValue } from '../../study/trial/trial.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';
import { encodeRecords } from './record-file.js';

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

const SCHEMA = {
  Event: {
    oneofs: { what: { oneof: ['fileVersion', 'summary'] } },
    fields: {
      wallTime: one('double', 1),
      step: one('int64', 2),
      fileVersion: one('string', 3),
      summary: one('Summary', 5),
    },
  },
  Summary: { fields: { value: many('SummaryValue', 1) } },
  SummaryValue: {
    oneofs: { value: { oneof: ['simpleValue', 'tensor'] } },
    fields: {
      tag: one('string', 1),
      simpleValue: one('float', 2),
      tensor: one('Tensor', 8),
      metadata: one('Metadata', 9),
    },
  },
  Metadata: { fields: { pluginData: one('Plugin', 1) } },
  Plugin: { fields: { pluginName: one('string', 1), content: one('bytes', 2) } },
  Tensor: { fields: { dtype: one('int32', 1), tensorShape: one('Shape', 2), floatVal: many('float', 5) } },
  Shape: { fields: { dim: many('Dim', 2) } },
  Dim: { fields: { size: one('int64', 1) } },
  PluginData: {
    oneofs: { data: { oneof: ['experiment', 'start', 'end'] } },
    fields: {
      version: one('int32', 1),
      experiment: one('Experiment', 2),
      start: one('Start', 3),
      end: one('End', 4),
    },
  },
  Experiment: {
    fields: {
      name: one('string', 6),
      description: one('string', 1),
      timeCreatedSecs: one('double', 3),
      hparamInfos: many('Hparam', 4),
      metricInfos: many('Metric', 5),
    },
  },
  Hparam: { fields: { name: one('string', 1), type: one('int32', 4) } },
  Metric: { fields: { name: one('MetricName', 1), displayName: one('string', 3) } },
  MetricName: { fields: { group: one('string', 1), tag: one('string', 2) } },
  Start: {
    fields: {
      hparams: { keyType: 'string', type: 'Value', id: 1 },
      groupName: one('string', 4),
      startTimeSecs: one('double', 5),
    },
  },
  End: { fields: { status: one('int32', 1), endTimeSecs: one('double', 2) } },
  Value: {
    oneofs: { kind: { oneof: ['nullValue', 'numberValue', 'stringValue', 'boolValue'] } },
    fields: {
      nullValue: one('int32', 1),
      numberValue: one('double', 2),
      stringValue: one('string', 3),
      boolValue: one('bool', 4),
    },
  },
};

const FLOAT = 1;
const TYPES = { string: 1, boolean: 2, number: 3 } as const;
const SUCCESS = 1;
const FAILURE = 2;
const RUNNING = 3;

export interface BoardStudy {
  readonly study: string;
  readonly metric: string;
}

export interface BoardFile {
  /** Within the folder of the study, by `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One file of the study, and one for each trial that began. */
export function* tensorboardFiles(
  { study, metric }: BoardStudy,
  trials: readonly TrialRecord[],
): Generator<BoardFile> {
  const root = protobuf.Root.fromJSON({ nested: SCHEMA });
  const [Event, PluginData] = [root.lookupType('Event'), root.lookupType('PluginData')];
  const eventOf = (atMs: number, fields: object): Uint8Array =>
    Event.encode(Event.fromObject({ wallTime: atMs / 1000, ...fields })).finish();
  const fileOf = (folder: string, atMs: number, events: readonly Uint8Array[]): BoardFile => ({
    path: `${folder}events.out.tfevents.${String(Math.floor(atMs / 1000)).padStart(10, '0')}.sweep`,
    bytes: encodeRecords([eventOf(atMs, { fileVersion: 'brain.Event:2' }), ...events]),
  });
  const told = (atMs: number, tag: string, data: object): Uint8Array => {
    const content = PluginData.encode(PluginData.fromObject(data)).finish();
    const metadata = { pluginData: { pluginName: 'hparams', content } };
    // The tab reads the metadata; a value there must be all the same.
    const tensor = { dtype: FLOAT, tensorShape: { dim: [{ size: 1 }] }, floatVal: [0] };
    return eventOf(atMs, { summary: { value: [{ tag: `_hparams_/${tag}`, metadata, tensor }] } });
  };
  const begun = trials.filter(({ startedAt }) => startedAt !== null);
  const firstMs = Math.min(...begun.map(startOf));
  const names = [...new Set(begun.flatMap(({ params }) => Object.keys(params)))].sort();
  const hparamInfos = names.map((name) => ({ name, type: typeOf(begun.map(({ params }) => params[name])) }));
  const experiment = {
    name: study,
    timeCreatedSecs: begun.length === 0 ? 0 : firstMs / 1000,
    hparamInfos,
    metricInfos: [{ name: { group: '', tag: 'objective' }, displayName: metric }],
  };
  if (begun.length === 0) return;
  yield fileOf('', firstMs, [told(firstMs, 'experiment', { experiment })]);
  for (const trial of begun) {
    const [startMs, endMs] = [startOf(trial), trial.endedAt === null ? null : Date.parse(trial.endedAt)];
    const stepMs = ((endMs ?? startMs) - startMs) / Math.max(1, trial.reports.length);
    const hparams = Object.fromEntries(
      Object.entries(trial.params).map(([name, value]) => [name, encodeValue(value)]),
    );
    const events = [
      told(startMs, 'session_start_info', {
        start: { hparams, groupName: trial.trial, startTimeSecs: startMs / 1000 },
      }),
      ...trial.reports.map(({ epoch, metrics }, place) =>
        eventOf(startMs + stepMs * (place + 1), {
          step: epoch,
          summary: { value: Object.entries(metrics).map(([tag, simpleValue]) => ({ tag, simpleValue })) },
        }),
      ),
      ...(trial.result === null
        ? []
        : [
            eventOf(endMs ?? startMs, {
              step: trial.result.epochs,
              summary: { value: [{ tag: 'objective', simpleValue: trial.result.objective }] },
            }),
          ]),
      told(endMs ?? startMs, 'session_end_info', {
        end: { status: statusOf(trial), endTimeSecs: (endMs ?? startMs) / 1000 },
      }),
    ];
    yield fileOf(`${String(trial.index + 1).padStart(5, '0')}-${trial.trial.slice(0, 8)}/`, startMs, events);
  }
}

function startOf({ startedAt }: TrialRecord): number {
  return Date.parse(startedAt ?? '');
}

function typeOf(values: readonly (ParamValue | undefined)[]): number {
  const kinds = new Set(values.flatMap((value) => (value == null ? [] : [typeof value])));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined && only in TYPES
    ? TYPES[only as keyof typeof TYPES]
    : TYPES.string;
}

function encodeValue(value: ParamValue): object {
  if (value === null) return { nullValue: 0 };
  if (typeof value === 'number') return { numberValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: value };
}

function statusOf({ state }: TrialRecord): number {
  if (state === 'FAILED') return FAILURE;
  return state === 'COMPLETE' || state === 'PRUNED' ? SUCCESS : RUNNING;
}
