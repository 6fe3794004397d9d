// The files under deploy/ as tests read them: paths from the repository, YAML with its merge keys resolved.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));
export const DEPLOY = join(REPOSITORY, 'deploy');

export function readDeploy(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}

/** The documents of a YAML file. Throws on the first error or warning of the parser. */
export function readYaml<Document>(path: string): Document[] {
  return parseAllDocuments(readDeploy(path), { merge: true, strict: true }).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as Document;
  });
}

/** Files of a folder of deploy/ that end so, sorted. */
export function listDeploy(folder: string, extension: string): string[] {
  return readdirSync(join(DEPLOY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name))
    .sort();
}

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export function readCompose(): ComposeFile {
  const [file] = readYaml<ComposeFile>('compose.yaml');
  if (file === undefined) throw new Error('deploy/compose.yaml is empty');
  return file;
}

/** `${NAME:-default}` as Compose fills it in. Throws for a variable that has neither value nor default. */
export function interpolate(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const value = values[name] ?? fallback;
    if (value === undefined) throw new Error(`${name} has no default in deploy/compose.yaml`);
    return value;
  });
}
