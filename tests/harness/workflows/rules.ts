import { actions } from './actions.ts';
import type { Repository } from './repository.ts';
import { type PlacedStep, stepsOf, type Workflow } from './workflow.ts';

/** What a workflow does against a rule of this repository, each in one line; empty where it keeps it. */
export type Rule = (workflow: Workflow, repository: Repository) => string[];

const perStep =
  (mistakes: (placed: PlacedStep, workflow: Workflow, repository: Repository) => readonly string[]): Rule =>
  (workflow, repository) =>
    stepsOf(workflow).flatMap((placed) =>
      mistakes(placed, workflow, repository).map((mistake) => `${placed.where}: ${mistake}`),
    );

const perJob =
  (mistakes: (job: Workflow['jobs'][string]) => readonly string[]): Rule =>
  ({ file, jobs }) =>
    Object.entries(jobs).flatMap(([id, job]) =>
      mistakes(job).map((mistake) => `${file}, job ${id}: ${mistake}`),
    );

const unless = (isFine: boolean, mistake: string) => (isFine ? [] : [mistake]);

export const rules = {
  'every job has a bound': perJob((job) => unless('timeout-minutes' in job, 'no timeout-minutes')),

  'every job says what it may, and none may write': perJob(({ permissions }) => {
    if (typeof permissions !== 'object' || permissions === null) return [`permissions: ${permissions}`];
    return Object.entries(permissions)
      .filter(([, access]) => access !== 'read')
      .map(([scope, access]) => `${scope}: ${access}`);
  }),

  'a step that fails fails its job': perStep(({ step }) =>
    unless(!('continue-on-error' in step), 'continue-on-error'),
  ),

  'actions are known, and pinned to a commit beside its version': perStep(({ step: { uses } }, { text }) => {
    if (uses === undefined) return [];
    const [action, commit = ''] = uses.split('@') as [string, string?];
    const line = text.split('\n').find((one) => one.includes(uses)) ?? '';
    return [
      ...unless(action in actions, `${action} is not in tests/harness/workflows/actions.ts`),
      ...unless(/^[0-9a-f]{40}$/.test(commit), `${uses} is not pinned to a commit`),
      ...unless(/# v\d+\.\d+\.\d+$/.test(line), `${uses} says no version, such as # v1.2.3`),
    ];
  }),

  'the checkout leaves no token behind': perStep(({ step }) =>
    unless(
      !step.uses?.startsWith('actions/checkout@') || step.with?.['persist-credentials'] === false,
      'persist-credentials is not false',
    ),
  ),

  // An expression is put into the script before the shell reads it: whoever writes the value writes the script.
  'scripts hold no expressions': perStep(({ step: { run } }) =>
    unless(!run?.includes('${{'), 'an expression in run; hand it over by env'),
  ),

  'secrets go to the step that needs them and to no other': ({ file, env, jobs }) => {
    const wide = [env, ...Object.values(jobs).map((job) => job.env)];
    return wide
      .flatMap((values) => Object.entries(values ?? {}))
      .filter(([, value]) => /\bsecrets\./.test(String(value)))
      .map(([name]) => `${file}: ${name} is in the environment of every step`);
  },

  'what a script names is there': perStep(({ step: { run = '' } }, _, { scripts, projects, exists }) => [
    ...namesIn(run, /\bnpm run ([\w:-]+)/g, scripts, 'npm run'),
    ...namesIn(run, /\bnpm (start|test)\b/g, scripts, 'npm'),
    ...namesIn(run, /--project[= ](\S+)/g, projects, '--project'),
    ...pathsIn(run)
      .filter((path) => !exists(path))
      .map((path) => `no ${path}`),
  ]),

  'what an action is given is there': perStep(({ step }, _, { exists }) =>
    String(step.with?.path ?? '')
      .split('\n')
      .filter((path) => path !== '' && !exists(path) && !isOutput(path))
      .map((path) => `no ${path}`),
  ),

  'an environment variable is a setting, or used by its script': (
    { file, text, env, jobs },
    { settings },
  ) => {
    const scopes = [
      { env, steps: Object.values(jobs).flatMap(({ steps }) => steps) },
      ...Object.values(jobs),
      ...Object.values(jobs).flatMap(({ steps }) => steps.map((step) => ({ env: step.env, steps: [step] }))),
    ];
    return scopes.flatMap((scope) =>
      Object.keys(scope.env ?? {})
        .filter((name) => !settings.includes(name) && !text.includes(`{{ env.${name} }}`))
        .filter((name) => !scope.steps.some(({ run }) => run?.includes(`$${name}`)))
        .map((name) => `${file}: ${name} is nobody's setting`),
    );
  },

  'images have a version': ({ file, jobs }) =>
    Object.values(jobs)
      .flatMap(({ services }) => Object.values(services ?? {}))
      .filter(({ image }) => !/^\$\{\{ vars\.\w+ \}\}$/.test(image) && !/:(?!latest)[\w.-]+$/.test(image))
      .map(({ image }) => `${file}: ${image}`),

  'services listen on loopback': ({ file, jobs }) =>
    Object.values(jobs)
      .flatMap(({ services }) => Object.values(services ?? {}))
      .flatMap(({ ports }) => ports ?? [])
      .filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(String(port)))
      .map((port) => `${file}: port ${port}`),

  'what is kept is kept after a failure too': perStep(({ step }) =>
    unless(
      !/^actions\/(upload-artifact|cache\/save)@/.test(step.uses ?? '') ||
        /always\(\)|!cancelled\(\)/.test(String(step.if)),
      'not after a failure',
    ),
  ),

  'what the owner of a repository sets is in docs/ci.md': ({ file, text }, { readme }) =>
    [...new Set([...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name!))]
      .filter((name) => !readme.includes(`\`${name}\``))
      .map((name) => `${file}: ${name}`),
} satisfies Record<string, Rule>;

/** What runs write is not there before them. */
const isOutput = (path: string) => path.startsWith('reports/');

function namesIn(script: string, pattern: RegExp, known: readonly string[], what: string): string[] {
  return [...script.matchAll(pattern)]
    .map(([, name]) => name!)
    .filter((name) => !known.includes(name))
    .map((name) => `no ${what} ${name}`);
}

/** Relative paths of files with a folder and an ending, without those of outputs; addresses are none. */
function pathsIn(script: string): string[] {
  return script
    .split(/[\s"'=;|&<>()]+/)
    .filter((word) => /^[\w.][\w.-]*\/[\w./-]*\.\w+$/.test(word) && !isOutput(word));
}
