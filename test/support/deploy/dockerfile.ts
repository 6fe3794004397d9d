// What a Dockerfile says, stage by stage, in the terms of the image it makes.
import { DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast';
import { readDeploy } from './deploy-files.js';

export interface Step {
  readonly keyword: string;
  readonly words: readonly string[];
  /** As it stands, line breaks included. */
  readonly text: string;
  readonly flags: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly base: string;
  readonly name: string | null;
  readonly steps: readonly Step[];
}

/** The stages of deploy/`path`, the image's own last. */
export function readStages(path: string): Stage[] {
  const stages: { base: string; name: string | null; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(readDeploy(path)).getInstructions()) {
    const step = describe(instruction);
    if (step.keyword === 'FROM') {
      const [base = '', , name] = step.words;
      stages.push({ base, name: name ?? null, steps: [] });
    } else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

function describe(instruction: Instruction): Step {
  const flags = 'getFlags' in instruction ? (instruction as JSONInstruction).getFlags() : [];
  return {
    keyword: instruction.getKeyword(),
    words: instruction.getArguments().map((argument) => argument.getValue()),
    text: instruction.getRawArgumentsContent() ?? '',
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
  };
}

export interface ImageSettings {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly health: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly directory: string;
}

/** What the last stage tells the engine. Entry point, command and health check must be in JSON form: no shell between. */
export function imageSettings(stages: readonly Stage[]): ImageSettings {
  const steps = stages.at(-1)?.steps ?? [];
  const last = (keyword: string): string => {
    const step = steps.findLast((one) => one.keyword === keyword);
    if (step === undefined) throw new Error(`the image has no ${keyword}`);
    return step.text;
  };
  const health = last('HEALTHCHECK');
  return {
    entrypoint: JSON.parse(last('ENTRYPOINT')) as string[],
    command: JSON.parse(last('CMD')) as string[],
    health: JSON.parse(health.slice(health.indexOf('['))) as string[],
    environment: Object.fromEntries(
      steps
        .filter(({ keyword }) => keyword === 'ENV')
        .flatMap(({ text }) => text.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
    ),
    user: last('USER'),
    directory: last('WORKDIR'),
  };
}
