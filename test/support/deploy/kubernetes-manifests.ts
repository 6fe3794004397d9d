// The Kubernetes manifests as tests read them, and what holds them against the API: the types and validators that the
// package kubernetes-models (and its keda) generates from the OpenAPI description.
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace } from 'kubernetes-models/v1';
import { listDeploy, REPOSITORY, readYaml } from './deploy-files.js';

const MODELS = { Deployment, Job, Namespace, NetworkPolicy, PodDisruptionBudget, ScaledObject };
const MODULES: Readonly<Record<keyof typeof MODELS, string>> = {
  Deployment: 'kubernetes-models/apps/v1',
  Job: 'kubernetes-models/batch/v1',
  Namespace: 'kubernetes-models/v1',
  NetworkPolicy: 'kubernetes-models/networking.k8s.io/v1',
  PodDisruptionBudget: 'kubernetes-models/policy/v1',
  ScaledObject: '@kubernetes-models/keda/keda.sh/v1alpha1',
};

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly readinessProbe: { readonly exec: { readonly command: readonly string[] } };
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface PodSpec {
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
  }[];
}

export interface Manifest {
  readonly kind: keyof typeof MODELS;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  /** What tests look at; each kind has some of it. */
  readonly spec?: {
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly scaleTargetRef?: { readonly name: string };
    readonly triggers?: readonly {
      readonly type: string;
      readonly metadata: Readonly<Record<string, string>>;
    }[];
  };
}

/** All manifests of deploy/kubernetes and its gpu folder, by file; neither kustomizations nor the chart's values. */
export function readManifests(): Map<string, Manifest[]> {
  const files = listDeploy('kubernetes', '.yaml').filter(
    (path) => !/kustomization|nats-values|secrets/.test(path),
  );
  return new Map(files.map((path) => [path, readYaml<Manifest>(path)]));
}

export function podOf(manifests: Iterable<Manifest>, kind: string, name: string): PodSpec {
  for (const manifest of manifests) {
    const pod = manifest.spec?.template?.spec;
    if (manifest.kind === kind && manifest.metadata.name === name && pod !== undefined) return pod;
  }
  throw new Error(`there is no ${kind} ${name}`);
}

/** Throws what the API's schema objects to: missing fields, wrong types, patterns. It lets unknown fields pass. */
export function validateManifest(manifest: Manifest): void {
  const Model = MODELS[manifest.kind] as new (data: object) => { validate(): void };
  assertKnown(manifest);
  new Model(manifest).validate();
}

function assertKnown({ kind, apiVersion }: Manifest): void {
  const Model = MODELS[kind] as unknown as (new () => { apiVersion: string }) | undefined;
  if (Model === undefined || new Model().apiVersion !== apiVersion)
    throw new Error(`no model of ${apiVersion} ${kind}`);
}

/** What the compiler objects to when each manifest is written as a literal of its type: unknown fields above all. */
export function compileManifests(manifests: readonly Manifest[], directory: string): string {
  const lines = manifests.map(({ apiVersion: _, kind, ...rest }) => {
    const data = JSON.stringify(rest, null, 2);
    return `new (await import('${MODULES[kind]}')).${kind}(${data});`;
  });
  writeFileSync(join(directory, 'manifests.mts'), `${lines.join('\n')}\nexport {};\n`);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'));
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    '',
  ];
  const run = spawnSync(process.execPath, [compiler, ...options, 'manifests.mts'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return run.stdout + run.stderr;
}
