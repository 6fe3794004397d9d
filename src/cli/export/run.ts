// What `sweep export` does: takes a model out of its study and writes it in the forms that were asked for.
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { writeExport } from '../../engine/export/write-export.js';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { figureFormat } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type ModelFlags, readStudyModel } from '../read-model.js';
import { warnOfSyntheticModel } from '../terminal/synthetic-notice.js';

export interface ExportOptions extends ModelFlags {
  readonly bestModel?: string;
  readonly onnx?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}
