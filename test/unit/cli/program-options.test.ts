// Who is told what before a worker runs programs of studies, and who is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programNote } from '../../../src/cli/options/program-options.js';

test('a worker that runs programs says which, and whether it is root', () => {
  const [user, root] = [1000, 0].map((uid) =>
    programNote(['python3', 'module'], { uid, isContainer: false }),
  );
  assert.match(
    user ?? '',
    /^this worker runs python3 and module that a study names: whoever may start a study/,
  );
  assert.match(root ?? '', /that a study names: .* runs code here, as root$/);
  assert.match(programNote('all', { uid: null, isContainer: false }), /any program/);
});

test('in a container none is run as root, and any other user may', () => {
  assert.throws(() => programNote('all', { uid: 0, isContainer: true }), {
    code: 'USAGE',
    message: /does not run programs of studies as root/,
  });
  assert.match(programNote('all', { uid: 10001, isContainer: true }), /any program/);
});
