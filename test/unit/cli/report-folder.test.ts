import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refuseOthersReport } from '../../../src/cli/report/write-report.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

test('a report replaces an older one of its own study and nothing else', (t) => {
  const folder = temporaryDirectory(t);
  const write = (text: string): void => writeFileSync(join(folder, 'report.json'), text);
  refuseOthersReport(folder, 'gru-grid-7f3a');
  write('{"study": "gru-grid-7f3a"}');
  refuseOthersReport(folder, 'gru-grid-7f3a');
  assert.throws(() => refuseOthersReport(folder, 'gru-grid-0001'), {
    code: 'USAGE',
    message: /holds the report of study gru-grid-7f3a/,
  });
  assert.throws(() => refuseOthersReport(folder, null), { code: 'USAGE' }, 'a study that is yet to be made');
  const other = temporaryDirectory(t);
  writeFileSync(join(other, 'report.md'), 'mine');
  assert.throws(() => refuseOthersReport(other, 'gru-grid-7f3a'), { code: 'USAGE' });
  for (const text of ['not JSON', '[1]', '{}']) {
    write(text);
    assert.throws(() => refuseOthersReport(folder, 'gru-grid-7f3a'), { code: 'USAGE', hint: /--force/ });
    assert.throws(() => refuseOthersReport(folder, null), { code: 'USAGE' });
  }
});
