// Control messages and who listens: plain NATS subjects, nothing stored. A lost one is repeated by its sender.
import type { Subscription } from 'nats';
import type { ControlMessage } from '../bus.js';
import { controlMessageCodec } from '../messages.js';
import { CONTROL_SUBJECTS, controlSubject } from '../subjects.js';
import { translateNatsError } from './connection.js';
import type { JetStream } from './jetstream.js';
import type { SetAside } from './set-aside.js';

export type ControlListener = (message: ControlMessage) => void;

export class NatsControl {
  private readonly listeners = new Set<ControlListener>();
  private subscription: Subscription | null = null;

  constructor(
    private readonly jetStream: JetStream,
    private readonly setAside: SetAside,
  ) {}

  async send(message: ControlMessage): Promise<void> {
    const subject = controlSubject(message);
    const data = controlMessageCodec.encode(message);
    try {
      this.jetStream.connection.publish(subject, data);
    } catch (thrown) {
      throw translateNatsError(thrown, `publishing to ${subject}`);
    }
  }

  listen(listener: ControlListener): () => void {
    this.subscription ??= this.jetStream.connection.subscribe(CONTROL_SUBJECTS, {
      callback: (error, message) => {
        if (error === null) this.receive(message.subject, message.data);
      },
    });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private receive(subject: string, data: Uint8Array): void {
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
