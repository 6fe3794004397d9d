// The manifests against the API's schemas, and their names against each other: what kustomize and the cluster would join.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { consumerName, TRIALS_STREAM } from '../../../src/bus/subjects.js';
import { DEPLOY, listDeploy, readDeploy, readYaml } from '../../support/deploy/deploy-files.js';
import { imageSettings, readStages } from '../../support/deploy/dockerfile.js';
import {
  compileManifests,
  type Manifest,
  type PodSpec,
  podOf,
  readManifests,
  validateManifest,
} from '../../support/deploy/kubernetes-manifests.js';
import { makeSecrets, skipWithoutOpenssl } from '../../support/processes/make-secrets.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string }[];
  readonly secretGenerator?: readonly {
    readonly name: string;
    readonly files?: readonly string[];
    readonly envs?: readonly string[];
  }[];
}

const byFile = readManifests();
const manifests = [...byFile.values()].flat();
const kustomizations = listDeploy('kubernetes', 'kustomization.yaml').map((path) => ({
  path,
  content: readYaml<Kustomization>(path)[0] as Kustomization,
}));
const secrets = new Map(
  kustomizations.flatMap(({ content }) =>
    (content.secretGenerator ?? []).map((one) => [one.name, one] as const),
  ),
);
const WORKLOADS: readonly (readonly [string, string, string])[] = [
  ['Job', 'coordinator', 'Dockerfile'],
  ['Deployment', 'worker', 'Dockerfile'],
  ['Deployment', 'gpu-worker', 'Dockerfile.gpu'],
];

describe('deploy/kubernetes', () => {
  for (const manifest of manifests) {
    it(`${manifest.kind} ${manifest.metadata.name} fits the schema of ${manifest.apiVersion}`, () => {
      validateManifest(manifest);
    });
  }

  it('has no field that the API does not know', (t) => {
    assert.equal(compileManifests(manifests, temporaryDirectory(t)), '');
  });

  it('would be found out with a misspelled field, and without a needed one', (t) => {
    const misspelled = JSON.parse(
      JSON.stringify(manifests).replaceAll('readOnlyRootFilesystem', 'readonlyRoot'),
    );
    assert.match(compileManifests(misspelled as Manifest[], temporaryDirectory(t)), /readonlyRoot/);
    const [deployment] = manifests.filter(({ kind }) => kind === 'Deployment');
    assert.throws(() => validateManifest({ ...(deployment as Manifest), spec: {} }), /selector/);
  });

  for (const { path, content } of kustomizations) {
    it(`${path} names every manifest of its folder, and every image that they use`, () => {
      const beside = [...byFile.keys()].filter((file) => dirname(file) === dirname(path));
      assert.deepEqual(
        [...content.resources].sort(),
        beside.map((file) => file.slice(dirname(path).length + 1)).sort(),
      );
      const used = beside.flatMap((file) => byFile.get(file) ?? []).flatMap(imagesOf);
      assert.deepEqual(new Set(content.images.map(({ name }) => name)), new Set(used));
      assert.equal(content.namespace, 'sweep');
    });
  }

  it('takes its secrets from the files of make-secrets.sh', () => {
    const made = readDeploy('make-secrets.sh');
    for (const { files = [], envs = [] } of secrets.values()) {
      for (const source of [...files.map((entry) => entry.split('=')[1] ?? ''), ...envs]) {
        const name = source.replace(/^secrets\//, '').replace(/^(coordinator|worker)-/, '$role-');
        assert.ok(made.includes(name), `${source} is made by nobody`);
      }
    }
  });

  for (const [kind, name, dockerfile] of WORKLOADS) {
    describe(`${kind} ${name}`, () => {
      const pod = podOf(manifests, kind, name);
      const [container] = pod.containers;
      assert.ok(container);
      const settings = imageSettings(readStages(dockerfile));

      it('meets the restricted Pod Security Standard with a read-only root', () => {
        assert.equal(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`, settings.user);
        assert.equal(pod.securityContext.runAsNonRoot, true);
        assert.deepEqual(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' });
        assert.deepEqual(container.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        assert.equal(pod.automountServiceAccountToken, false);
      });

      it('mounts what the image writes to, and secrets that there are', () => {
        const mounts = new Map(container.volumeMounts.map((mount) => [mount.mountPath, mount.name]));
        for (const path of ['/data', '/tmp']) assert.ok(mounts.has(path), path);
        const volumes = new Map(pod.volumes.map((volume) => [volume.name, volume]));
        for (const volume of mounts.values()) assert.ok(volumes.has(volume), volume);
        assertSecretFiles(pod);
      });

      it('asks for readiness what the image asks for health', () => {
        assert.deepEqual(container.readinessProbe.exec.command, settings.health);
      });
    });
  }

  it('labels what selectors look for', () => {
    const labels = manifests.flatMap(({ spec }) =>
      spec?.template === undefined ? [] : [spec.template.metadata.labels],
    );
    for (const { kind, spec, metadata } of manifests) {
      if (spec?.selector === undefined) continue;
      const wanted = Object.entries(spec.selector.matchLabels);
      const found = labels.filter((set) => wanted.every(([key, value]) => set[key] === value));
      assert.equal(found.length, 1, `${kind} ${metadata.name}`);
    }
    assert.equal(labels.length, WORKLOADS.length);
    for (const set of labels) assert.equal(set['sweep/nats-client'], 'true');
  });

  it('scales each Deployment by the consumers that its workers pull from', () => {
    const roles = readFileSync(join(DEPLOY, 'nats/roles.conf'), 'utf8');
    const streamsAccount = /^accounts \{\n {2}(\w+): \$COORDINATORS$/m.exec(roles)?.[1];
    assert.ok(streamsAccount);
    const consumers = manifests
      .filter(({ kind }) => kind === 'ScaledObject')
      .map(({ spec }) => {
        assert.ok(podOf(manifests, 'Deployment', spec?.scaleTargetRef?.name ?? ''));
        return (spec?.triggers ?? []).map(({ type, metadata }) => {
          assert.equal(type, 'nats-jetstream');
          assert.equal(metadata.stream, TRIALS_STREAM);
          assert.equal(metadata.account, streamsAccount);
          assert.equal(metadata.natsServerMonitoringEndpoint, 'nats-headless.sweep.svc.cluster.local:8222');
          return metadata.consumer;
        });
      });
    assert.deepEqual(consumers.sort(), [[consumerName('any'), consumerName('cpu')], [consumerName('gpu')]]);
  });

  it('is joined by kustomize without complaint', { skip: skipWithoutOpenssl() }, (t) => {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) return t.skip('kubectl is not on PATH');
    const directory = temporaryDirectory(t);
    cpSync(join(DEPLOY, 'kubernetes'), directory, { recursive: true });
    makeSecrets(join(directory, 'secrets'));
    for (const { path } of kustomizations) {
      const folder = join(directory, dirname(path).slice('kubernetes'.length));
      const run = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stdout, /image: registry\.example\/sweep/);
    }
  });
});

function imagesOf({ spec }: Manifest): string[] {
  return (spec?.template?.spec.containers ?? []).map(({ image }) => image);
}

/** Each file that the environment names under a mounted secret is one of that secret's keys. */
function assertSecretFiles(pod: PodSpec): void {
  const [container] = pod.containers;
  for (const { name, secret } of pod.volumes) {
    if (secret === undefined) continue;
    const keys = (secrets.get(secret.secretName)?.files ?? []).map((entry) => entry.split('=')[0]);
    const mount = container?.volumeMounts.find((one) => one.name === name)?.mountPath ?? '?';
    const named = (container?.env ?? []).map(({ value }) => value).filter((value) => value.startsWith(mount));
    assert.deepEqual(
      new Set(named.map((value) => value.slice(mount.length + 1))),
      new Set(keys),
      secret.secretName,
    );
  }
}
