// The Dockerfiles by a linter, by what the images promise, and against the repository that they copy from.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { validate } from 'dockerfile-utils';
import { REPOSITORY, readDeploy } from '../../support/deploy/deploy-files.js';
import { imageSettings, readStages } from '../../support/deploy/dockerfile.js';

const FILES = ['Dockerfile', 'Dockerfile.gpu'];
const allowed = readFileSync(join(REPOSITORY, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

it('the linter finds what is wrong with a Dockerfile', () => {
  assert.notDeepEqual(validate('FROM node\nCOPPY a b\n'), []);
  assert.notDeepEqual(validate('FROM node\nHEALTHCHECK --intervall=5s CMD true\n'), []);
});

for (const file of FILES) {
  describe(`deploy/${file}`, () => {
    const stages = readStages(file);
    const settings = imageSettings(stages);
    const image = stages.at(-1);

    it('has nothing that the linter objects to', () => {
      assert.deepEqual(
        validate(readDeploy(file)).map(({ message }) => message),
        [],
      );
    });

    it('pins its base images to a version', () => {
      const names = new Set(stages.map(({ name }) => name));
      for (const { base } of stages) {
        if (!names.has(base)) assert.match(base, /:\d+(\.\d+)*-\S+$/, base);
      }
    });

    it('copies only what is in the repository and let in by .dockerignore', () => {
      const copies = stages.flatMap(({ steps }) =>
        steps.filter(({ keyword, flags }) => keyword === 'COPY' && flags.from === undefined),
      );
      for (const source of copies.flatMap(({ words }) => words.slice(0, -1))) {
        assert.ok(existsSync(join(REPOSITORY, source)), source);
        assert.ok(allowed.includes(source), `${source} is not let in by .dockerignore`);
      }
    });

    it('copies from stages that it has', () => {
      const names = stages.map(({ name }) => name);
      for (const { flags } of stages.flatMap(({ steps }) => steps)) {
        if (flags.from !== undefined) assert.ok(names.includes(flags.from), flags.from);
      }
    });

    it('ends as a numbered user without root rights', () => {
      assert.match(settings.user, /^[1-9]\d*:[1-9]\d*$/);
      const steps = image?.steps ?? [];
      const user = steps.findIndex(({ keyword }) => keyword === 'USER');
      assert.ok(steps.slice(user).every(({ keyword }) => keyword !== 'RUN' && keyword !== 'COPY'));
    });

    it('says that it is a container, in which no program of a study runs as root', () => {
      assert.match(settings.environment.SWEEP_CONTAINER ?? '', /./);
    });

    it('takes no development packages, tests or secrets along', () => {
      const copied = (image?.steps ?? []).filter(({ keyword }) => keyword === 'COPY').map(({ text }) => text);
      assert.ok(
        copied.every((text) => !/test|secret/.test(text)),
        copied.join('\n'),
      );
      const install = stages.find(({ name }) => name === 'dependencies')?.steps.map(({ text }) => text) ?? [];
      assert.ok(install.includes('npm ci --omit=dev --ignore-scripts'));
    });
  });
}

describe('the two images', () => {
  const cpu = readStages('Dockerfile');
  const gpu = readStages('Dockerfile.gpu');

  it('build sweep in the same way', () => {
    const build = (stages: typeof cpu) => stages.find(({ name }) => name === 'build')?.steps;
    assert.deepEqual(build(gpu), build(cpu));
  });

  it('start the same program, the GPU one for trials that need a GPU', () => {
    assert.deepEqual(imageSettings(gpu).entrypoint, imageSettings(cpu).entrypoint);
    assert.deepEqual(imageSettings(gpu).health, imageSettings(cpu).health);
    assert.deepEqual(imageSettings(cpu).command, ['worker']);
    assert.match(imageSettings(gpu).command.join(' '), /^worker --engine tfjs --labels gpu /);
  });

  it('name the version of TensorFlow.js that the engine is tested with', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const [, version] =
      /tfjs-node-gpu@(\S+)/.exec(readDeploy('Dockerfile.gpu').split('RUN npm install')[1] ?? '') ?? [];
    assert.equal(version, `${devDependencies['@tensorflow/tfjs']}.0`);
  });
});
