// A trained model for the command line: of a study, or of a folder that `sweep export` wrote.
import { resolve } from 'node:path';
import { takeModel } from '../coordinator/archive/trained-model.js';
import type { ExportedModel } from '../engine/export/exported-model.js';
import { isExport, readExport } from '../engine/export/read-export.js';
import { SweepError } from '../errors.js';
import type { CliContext } from './context.js';
import type { BusFlags } from './open-bus.js';
import { findStudy } from './options/study-argument.js';
import { findTrial } from './options/trial-argument.js';
import { foldStudy, refuseIncompleteLog, withBus } from './read-study.js';
import { createCliLogger } from './terminal/cli-logger.js';
import { interruptible } from './terminal/interruptible.js';

export interface ModelFlags extends BusFlags {
  readonly trial?: string;
}

/** `trial`: as on the command line; without it the study's best. */
export async function readStudyModel(
  context: CliContext,
  argument: string,
  options: ModelFlags,
): Promise<ExportedModel> {
  // Models are read with a coordinator's rights: a viewer may read the log alone.
  return withBus(context, { ...options, writes: true }, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const view = await foldStudy(bus, study);
    refuseIncompleteLog(view, study);
    const trial = options.trial === undefined ? null : await findTrial(bus, study, options.trial);
    return interruptible(context, (signal) =>
      takeModel({
        bus,
        view,
        trial,
        cacheDirectory: context.cacheDirectory,
        version: context.version,
        logger: createCliLogger(context),
        signal,
      }),
    );
  });
}

/** A folder wins over a study of the same name. */
export async function readModel(
  context: CliContext,
  argument: string,
  options: ModelFlags,
): Promise<ExportedModel> {
  const folder = resolve(context.directory, argument);
  if (!isExport(folder)) return readStudyModel(context, argument, options);
  if (options.trial === undefined) return readExport(folder);
  throw new SweepError('USAGE', `${argument} is an exported model: it has no other trials`, {
    hint: 'leave --trial out, or name the study',
  });
}
