// Messages of format version 1, as written by src/bus/messages.ts of product version 0.1.0 from test/support/fixtures/study-events.ts.
// They stand in logs and stores out there: never regenerate them. A further version gets a further file.

export const EVENT_LOG_V1: readonly string[] = [
  '{"seq":1,"at":"2026-01-01T00:00:00.000Z","event":{"v":1,"type":"study.created","study":"grid-7f3a","name":"grid","spec":{"objective":{"metric":"validationMae","direction":"minimize","epoch":"best"},"repeats":1},"version":"0.1.0","engine":"wasm","dataset":{"digest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","source":"jena","synthetic":false,"target":"T (degC)","unit":"degC","targetStd":8.85},"total":4},"crc":"dc6cbf1b"}',
  '{"seq":2,"at":"2026-01-01T00:00:01.000Z","event":{"v":1,"type":"study.opened","coordinator":"host-1"},"crc":"572125b4"}',
  '{"seq":3,"at":"2026-01-01T00:00:02.000Z","event":{"v":1,"type":"study.state","state":"running","durationMs":0},"crc":"2e59ed7a"}',
  '{"seq":4,"at":"2026-01-01T00:00:03.000Z","event":{"v":1,"type":"trial.queued","trial":"0000000000000000","index":0,"params":{"units":0},"seed":42,"attempt":1,"requires":"any"},"crc":"072d3dd9"}',
  '{"seq":5,"at":"2026-01-01T00:00:04.000Z","event":{"v":1,"type":"trial.started","trial":"0000000000000000","index":0,"attempt":1,"worker":"w1","fromEpoch":0,"engine":"wasm"},"crc":"80a23f61"}',
  '{"seq":6,"at":"2026-01-01T00:00:05.000Z","event":{"v":1,"type":"trial.report","trial":"0000000000000000","index":0,"attempt":1,"report":{"epoch":1,"metrics":{"trainLoss":0.14,"validationMae":0.28},"durationMs":100}},"crc":"91d61791"}',
  '{"seq":7,"at":"2026-01-01T00:00:06.000Z","event":{"v":1,"type":"trial.checkpoint","trial":"0000000000000000","index":0,"attempt":1,"epoch":1,"blob":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc11"},"crc":"c7472435"}',
  '{"seq":8,"at":"2026-01-01T00:00:07.000Z","event":{"v":1,"type":"trial.returned","trial":"0000000000000000","index":0,"attempt":1,"worker":"w1","reason":"the worker drains"},"crc":"bac1078c"}',
  '{"seq":9,"at":"2026-01-01T00:00:08.000Z","event":{"v":1,"type":"trial.failed","trial":"0000000000000001","index":1,"params":{"units":1},"seed":42,"attempt":1,"worker":"w1","error":{"code":"TRIAL_CRASHED","message":"the thread ended","path":"a","hint":"b","others":[{"code":"INTERNAL","message":"c"}]},"final":false},"crc":"0c808dad"}',
  '{"seq":10,"at":"2026-01-01T00:00:09.000Z","event":{"v":1,"type":"trial.failed","trial":"0000000000000001","index":1,"params":{"units":1},"seed":42,"attempt":1,"worker":null,"error":{"code":"TRIAL_CRASHED","message":"the thread ended"},"final":true},"crc":"87ca3919"}',
  '{"seq":11,"at":"2026-01-01T00:00:10.000Z","event":{"v":1,"type":"trial.stop","trial":"0000000000000002","index":2,"reason":"rung 3"},"crc":"07a0b29b"}',
  '{"seq":12,"at":"2026-01-01T00:00:11.000Z","event":{"v":1,"type":"trial.finished","trial":"0000000000000000","index":0,"params":{"units":0},"seed":42,"attempt":1,"worker":"w1","cached":false,"result":{"state":"COMPLETE","objective":0.27,"objectiveInterval":[0.26,0.28],"bestEpoch":2,"epochs":3,"metrics":{"trainLoss":0.135,"validationMae":0.27},"baselineMae":0.29,"parameters":4577,"weightsDigest":"sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","modelDigest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","durationMs":1000,"engine":"wasm"}},"crc":"a8427374"}',
  '{"seq":13,"at":"2026-01-01T00:00:12.000Z","event":{"v":1,"type":"study.tested","tests":[{"trial":"0000000000000000","testMae":0.272,"testMaeUnits":2.41,"interval":[2.35,2.47],"baselineTestMae":0.296,"baselineTestMaeUnits":2.62,"pValueVersusBaseline":0.001,"windows":119952}]},"crc":"06c777f7"}',
  '{"seq":14,"at":"2026-01-01T00:00:13.000Z","event":{"v":1,"type":"study.state","state":"complete","reason":"all done","durationMs":1234.5},"crc":"6c7ee27d"}',
];

export const TRIAL_MESSAGE_V1 =
  '{"v":1,"study":"grid-7f3a","trial":"0000000000000003","index":3,"attempt":1,"params":{"units":3,"cell":"gru"},"config":{"kind":"train","datasetDigest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","task":{"kind":"forecast","targetColumn":1,"split":{"train":{"start":0,"end":200000},"validation":{"start":200001,"end":300000},"test":{"start":300001,"end":420551}},"window":{"lookback":1440,"step":6,"delay":144}},"layers":[{"type":"gru","units":32,"activation":"tanh","recurrentActivation":"hardSigmoid","dropout":0.2,"recurrentDropout":0.2,"returnSequences":false,"goBackwards":false,"kernelL2":0,"recurrentL2":0,"resetAfter":false},{"type":"dense","units":1,"activation":"linear","kernelL2":0}],"training":{"optimizer":{"type":"rmsprop","rho":0.9,"epsilon":1e-7},"learningRate":0.001,"loss":"mae","batchSize":128,"stepsPerEpoch":500,"epochs":20,"validationStride":1},"seed":42},"objective":{"metric":"validationMae","direction":"minimize","epoch":"best"},"requires":"gpu","engine":"wasm","numericsVersion":"1","version":"0.1.0","timeLimitMs":1800000,"checkpoints":[{"epoch":2,"blob":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]}';

export const FUNCTION_TRIAL_MESSAGE_V1 =
  '{"v":1,"study":"grid-7f3a","trial":"0000000000000004","index":4,"attempt":1,"params":{"units":4,"cell":"gru"},"config":{"kind":"function","name":"branin","params":{"x":0.5,"y":-1},"seed":7},"objective":{"metric":"validationMae","direction":"minimize","epoch":"best"},"requires":"any","engine":"any","numericsVersion":"1","version":"0.1.0","timeLimitMs":null,"checkpoints":[]}';

export const WORKER_INFO_V1 =
  '{"v":1,"worker":"w1","host":"node.example","pid":4711,"version":"0.1.0","engine":"wasm","backend":"wasm simd128","labels":["cpu"],"slots":2,"running":[{"study":"grid-7f3a","trial":"0000000000000000"}],"trialsDone":3,"state":"up","busyMs":1000,"uptimeMs":2000}';

export const STUDY_RECORD_V1 =
  '{"v":1,"study":"grid-7f3a","name":"grid","createdAt":"2026-01-01T00:00:00.000Z","spec":{"name":"grid"}}';

export const CACHED_RESULT_V1 =
  '{"v":1,"result":{"state":"COMPLETE","objective":0.27,"objectiveInterval":[0.26,0.28],"bestEpoch":2,"epochs":3,"metrics":{"trainLoss":0.135,"validationMae":0.27},"baselineMae":0.29,"parameters":4577,"weightsDigest":"sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","modelDigest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","durationMs":1000,"engine":"wasm"},"worker":"w1"}';

export const CONTROL_MESSAGES_V1: readonly string[] = [
  '{"v":1,"type":"stop","study":"grid-7f3a","trial":"0000000000000000","reason":"rung 3"}',
  '{"v":1,"type":"cancel","study":"grid-7f3a"}',
  '{"v":1,"type":"quarantine","worker":"w1","reason":"its trials fail"}',
];
