// `--notify` and `--notify-command` of the verbs that run a study.
import type { Command } from 'commander';
import { SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { CliContext } from '../context.js';
import { collect } from '../options/options.js';
import { type NoticeTarget, Notifier } from './notifier.js';
import { runNotifyCommand } from './notify-command.js';
import { postNotice } from './webhook.js';

export interface NotifyFlags {
  readonly notify?: readonly string[];
  readonly notifyCommand?: readonly string[];
}

export function addNotifyOptions(command: Command): Command {
  return command
    .option('--notify <url>', 'tell this address of a new best, a pause and the end; repeatable', collect)
    .option(
      '--notify-command <command>',
      'run this then: facts in SWEEP_EVENT, SWEEP_STUDY, SWEEP_MESSAGE and as JSON on its input; repeatable',
      collect,
    );
}

/** Throws USAGE for what is no address: before anything begins. */
export function checkNotify({ notify = [] }: NotifyFlags): void {
  for (const text of notify) {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) continue;
    throw new SweepError('USAGE', `${JSON.stringify(text)} is no address to tell`, {
      path: '--notify',
      hint: 'give one that begins with http:// or https://',
    });
  }
}

export function openNotifier(context: CliContext, flags: NotifyFlags, logger: Logger): Notifier {
  const { environment } = context;
  const secret = environment.SWEEP_NOTIFY_SECRET || null;
  const targets: readonly NoticeTarget[] = [
    ...(flags.notify ?? []).map((url) => ({
      // Of an address with a token in it no more than its host is shown.
      name: new URL(url).host,
      tell: (notice: Parameters<NoticeTarget['tell']>[0]) => postNotice(url, notice, secret),
    })),
    ...(flags.notifyCommand ?? []).map((command) => ({
      name: `the command ${JSON.stringify(command)}`,
      tell: (notice: Parameters<NoticeTarget['tell']>[0]) => runNotifyCommand(command, notice, environment),
    })),
  ];
  return new Notifier(targets, logger);
}

/** The options again, for another process. */
export function notifyWords({ notify = [], notifyCommand = [] }: NotifyFlags): string[] {
  return [
    ...notify.flatMap((url) => ['--notify', url]),
    ...notifyCommand.flatMap((command) => ['--notify-command', command]),
  ];
}
