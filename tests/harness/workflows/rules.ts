import { actions } from './actions.ts';
import type { Repository } from './repository.ts';
import { type PlacedStep, stepsOf, type Workflow } from './workflow.ts';

/** Finds each violation of a rule in a workflow, in one line each. */
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
  'every job has a time limit': perJob((job) => unless('timeout-minutes' in job, 'no timeout-minutes')),

  'jobs have no write access': perJob(({ permissions }) => {
    if (typeof permissions !== 'object' || permissions === null) return [`permissions: ${permissions}`];
    return Object.entries(permissions)
      .filter(([, access]) => access !== 'read')
      .map(([scope, access]) => `${scope}: ${access}`);
  }),

  'a failed step fails its job': perStep(({ step }) =>
    unless(!('continue-on-error' in step), 'continue-on-error'),
  ),

  'actions are known and pinned': perStep(({ step: { uses } }, { text }) => {
    if (uses === undefined) return [];
    const [action, commit = ''] = uses.split('@') as [string, string?];
    const line = text.split('\n').find((one) => one.includes(uses)) ?? '';
    return [
      ...unless(action in actions, `${action} is not in tests/harness/workflows/actions.ts`),
      ...unless(/^[0-9a-f]{40}$/.test(commit), `${uses} is not pinned to a commit`),
      ...unless(/# v\d+\.\d+\.\d+$/.test(line), `${uses} has no version comment such as # v1.2.3`),
    ];
  }),

  'the checkout step saves no token': perStep(({ step }) =>
    unless(
      !step.uses?.startsWith('actions/checkout@') || step.with?.['persist-credentials'] === false,
      'persist-credentials is not false',
    ),
  ),

  // GitHub inserts the value of an expression before the shell reads the script, so the value can inject commands.
  'scripts contain no expressions': perStep(({ step: { run } }) =>
    unless(!run?.includes('${{'), 'run contains an expression; pass it through env'),
  ),

  'only the step that needs a secret gets it': ({ file, env, jobs }) => {
    const wide = [env, ...Object.values(jobs).map((job) => job.env)];
    return wide
      .flatMap((values) => Object.entries(values ?? {}))
      .filter(([, value]) => /\bsecrets\./.test(String(value)))
      .map(([name]) => `${file}: ${name} is in the environment of every step`);
  },

  'scripts name only what exists': perStep(
    ({ step: { run = '' } }, _, { scripts, commands, projects, exists }) => [
      ...namesIn(run, /\bnpm run ([\w:-]+)/g, scripts, 'npm run'),
      ...namesIn(run, /\bnpm (start|test)\b/g, scripts, 'npm'),
      ...namesIn(run, /\bnpx fullhouse ([\w-]+)/g, commands, 'npx fullhouse'),
      ...namesIn(run, /--project[= ](\S+)/g, projects, '--project'),
      ...pathsIn(run)
        .filter((path) => !exists(path))
        .map((path) => `no ${path}`),
    ],
  ),

  'paths given to an action exist': perStep(({ step }, _, { exists }) =>
    String(step.with?.path ?? '')
      .split('\n')
      .filter((path) => path !== '' && !exists(path) && !isOutput(path))
      .map((path) => `no ${path}`),
  ),

  'environment variables are settings or used': ({ file, text, env, jobs }, { settings }) => {
    const scopes = [
      { env, steps: Object.values(jobs).flatMap(({ steps }) => steps) },
      ...Object.values(jobs),
      ...Object.values(jobs).flatMap(({ steps }) => steps.map((step) => ({ env: step.env, steps: [step] }))),
    ];
    return scopes.flatMap((scope) =>
      Object.keys(scope.env ?? {})
        .filter((name) => !settings.includes(name) && !text.includes(`{{ env.${name} }}`))
        .filter((name) => !scope.steps.some(({ run }) => run?.includes(`$${name}`)))
        .map((name) => `${file}: ${name} is neither a setting nor used by a script`),
    );
  },

  'every image has a version': ({ file, jobs }) =>
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

  'uploads and saved caches also run after a failure': perStep(({ step }) =>
    unless(
      !/^actions\/(upload-artifact|cache\/save)@/.test(step.uses ?? '') ||
        /always\(\)|!cancelled\(\)/.test(String(step.if)),
      'does not run after a failure',
    ),
  ),

  'docs/ci.md documents every variable and secret': ({ file, text }, { readme }) =>
    [...new Set([...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name!))]
      .filter((name) => !readme.includes(`\`${name}\``))
      .map((name) => `${file}: ${name}`),
} satisfies Record<string, Rule>;

/** Runs write their output below reports/, so it does not exist before them. */
const isOutput = (path: string) => path.startsWith('reports/');

function namesIn(script: string, pattern: RegExp, known: readonly string[], what: string): string[] {
  return [...script.matchAll(pattern)]
    .map(([, name]) => name!)
    .filter((name) => !known.includes(name))
    .map((name) => `no ${what} ${name}`);
}

/** Relative paths of files with a folder and an extension, without outputs and addresses. */
function pathsIn(script: string): string[] {
  return script
    .split(/[\s"'=;|&<>()]+/)
    .filter((word) => /^[\w.][\w.-]*\/[\w./-]*\.\w+$/.test(word) && !isOutput(word));
}
