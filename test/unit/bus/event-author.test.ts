import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventAuthor, markOf, SignatureCheck } from '../../../src/bus/event-author.js';
import { isToken } from '../../../src/schema/wire.js';
import { nodeName } from '../../../worker/node/node-name.js';

const SUBJECT = 'sweep.events.grid-7f3a.0000000000000001.key';
const DATA = Buffer.from('{"type":"trial.finished"}');

describe('the author of an event', () => {
  const author = new EventAuthor();
  const check = new SignatureCheck();
  const signature = author.sign(SUBJECT, DATA);

  it('is known by its signature over subject and content', () => {
    assert.ok(check.isGenuine(author.publicKey, SUBJECT, DATA, signature));
    assert.ok(check.isGenuine(author.publicKey, SUBJECT, DATA, signature), 'also with a key seen before');
  });

  it('is nobody else', () => {
    const other = new EventAuthor();
    assert.ok(!check.isGenuine(other.publicKey, SUBJECT, DATA, signature));
    assert.notEqual(other.mark, author.mark);
  });

  it('signed neither another subject nor other content', () => {
    assert.ok(!check.isGenuine(author.publicKey, SUBJECT.replace('7f3a', '7f3b'), DATA, signature));
    assert.ok(!check.isGenuine(author.publicKey, SUBJECT, Buffer.from(`${DATA} `), signature));
    // What stands before the content cannot move into it.
    assert.ok(!check.isGenuine(author.publicKey, SUBJECT.slice(0, -1), Buffer.from(`y\n${DATA}`), signature));
  });

  it('is nobody where key or signature are none', () => {
    for (const key of ['', 'A'.repeat(43), 'x', author.publicKey.slice(1), `${author.publicKey}A`])
      assert.ok(!check.isGenuine(key, SUBJECT, DATA, signature), key);
    for (const text of ['', 'A'.repeat(86), signature.slice(1), `${signature}A`, '!'.repeat(86)])
      assert.ok(!check.isGenuine(author.publicKey, SUBJECT, DATA, text), text);
  });

  it('has a key and a mark that names on the bus may hold', () => {
    assert.ok(isToken(author.publicKey));
    assert.equal(author.mark, markOf(author.publicKey));
    const name = nodeName(author.mark);
    assert.ok(isToken(name));
    assert.ok(name.endsWith(`-${author.mark}`));
  });
});
