import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../../..');
const folder = '.github/workflows';

type Values = Readonly<Record<string, unknown>>;

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Values;
  readonly env?: Values;
}

export interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
}

export interface Job {
  readonly if?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
  readonly env?: Values;
  readonly strategy?: { readonly 'fail-fast'?: boolean; readonly matrix?: Values };
  readonly services?: Readonly<Record<string, Service>>;
  readonly steps: readonly Step[];
}

/** A parsed YAML workflow. GitHub's language service checks its schema, not this type. */
export interface Workflow {
  readonly file: string;
  readonly text: string;
  readonly env?: Values;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function workflowOf(file: string, text: string): Workflow {
  return { ...parse(text), file, text };
}

/** The workflows of this repository, by the names of their files. */
export function workflows(): Workflow[] {
  return readdirSync(join(root, folder))
    .sort()
    .map((file) => workflowOf(file, readFileSync(join(root, folder, file), 'utf8')));
}

export interface PlacedStep {
  readonly job: Job;
  readonly step: Step;
  /** `checks.yml, Install the packages` */
  readonly where: string;
}

export function stepsOf({ file, jobs }: Workflow): PlacedStep[] {
  return Object.values(jobs).flatMap((job) =>
    job.steps.map((step) => ({ job, step, where: `${file}, ${step.name}` })),
  );
}
