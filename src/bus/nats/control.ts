// Control messages and who listens: plain NATS subjects, nothing stored. A lost one is repeated by its sender. On a secured
// server orders to workers are sealed (control-seal.ts); a request to a coordinator needs no seal, for only coordinators
// may publish where coordinators listen.
import type { Msg, Subscription } from 'nats';
import { asSweepError } from '../../errors.js';
import type { ControlMessage } from '../bus.js';
import { controlMessageCodec } from '../messages.js';
import { CONTROL_SUBJECTS, controlSubject } from '../subjects.js';
import { translateNatsError } from './connection/nats-errors.js';
import type { ControlSealer, ControlSeals } from './control-seal.js';
import type { JetStream } from './jetstream/jetstream.js';
import type { SetAside } from './set-aside.js';

export type ControlListener = (message: ControlMessage) => void;

export class NatsControl {
  private readonly listeners = new Set<ControlListener>();
  private subscription: Subscription | null = null;
  /** The message under judgement: they are obeyed in the order they come in. */
  private judging: Promise<void> = Promise.resolve();

  constructor(
    private readonly jetStream: JetStream,
    private readonly setAside: SetAside,
    private readonly sealer: ControlSealer | null,
    private readonly seals: ControlSeals | null,
  ) {}

  async send(message: ControlMessage): Promise<void> {
    const subject = controlSubject(message);
    const data = controlMessageCodec.encode(message);
    const sealer = message.type === 'request' ? null : this.sealer;
    try {
      const head = await sealer?.seal(subject, data);
      this.jetStream.connection.publish(subject, data, head === undefined ? {} : { headers: head });
    } catch (thrown) {
      throw translateNatsError(thrown, `publishing to ${subject}`);
    }
  }

  listen(listener: ControlListener): () => void {
    this.subscription ??= this.jetStream.connection.subscribe(CONTROL_SUBJECTS, {
      callback: (error, message) => {
        if (error === null) this.receive(message);
      },
    });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private receive(message: Msg): void {
    const { seals } = this;
    if (seals === null) {
      this.hear(message.subject, message.data);
      return;
    }
    this.judging = this.judging.then(async () => {
      const { subject, data, headers } = message;
      const fault = await seals
        .findFault(subject, data, headers)
        .catch((thrown) => asSweepError(thrown).message);
      if (fault === null) this.hear(subject, data);
      else this.setAside.count('control', subject, fault);
    });
  }

  private hear(subject: string, data: Uint8Array): void {
    let message: ControlMessage;
    try {
      message = controlMessageCodec.decode(data);
      if (controlSubject(message) !== subject) throw new Error('it came on the subject of another');
    } catch (thrown) {
      this.setAside.count('control', subject, thrown instanceof Error ? thrown.message : String(thrown));
      return;
    }
    for (const listener of [...this.listeners]) listener(message);
  }
}
