// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are expressions of GitHub
import type { PackageManager } from '../../../kernel/package-manager.ts';
import type { Variable } from './environment.ts';

interface Night {
  readonly manager: PackageManager | 'yarn 1';
  /** The folder of the project in its repository, with `/` between its parts; empty for the top folder. */
  readonly folder: string;
  readonly variables: readonly Variable[];
}

/** The same versions as in the workflows of fullhouse; a test compares them. */
const uses = {
  checkout: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  node: 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
  restore: 'actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  save: 'actions/cache/save@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  upload: 'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1',
};

const installs: Readonly<Record<Night['manager'], readonly string[]>> = {
  npm: ['npm ci'],
  pnpm: ['corepack enable', 'pnpm install --frozen-lockfile'],
  yarn: ['corepack enable', 'yarn install --immutable'],
  'yarn 1': ['corepack enable', 'yarn install --frozen-lockfile'],
};

/** The nightly workflow: chaos and load, with a history from night to night. */
export function workflowText(night: Night): string {
  return `${HEAD}${jobOf(night)}${[
    ...preparation(night),
    phase('Chaos', 'chaos', 40, night.variables),
    phase('Load', 'load', 20, night.variables),
    ...ending(night.folder),
  ]
    .map(indented)
    .join('')}`;
}

const HEAD = `# Each night: what breaks and recovers when the network does, and whether the service carries its crowd.
# The results are in the summary of the run; the reports are its artifact.
name: fullhouse

on:
  schedule:
    # Not on the hour: GitHub's queue is longest then.
    - cron: "23 3 * * *"
  workflow_dispatch:

# One after the other: of two at once, each would save a history without the runs of the other.
concurrency:
  group: fullhouse
  cancel-in-progress: false

permissions: {}

jobs:
  night:
    runs-on: ubuntu-24.04
    timeout-minutes: 90
    permissions:
      contents: read
`;

function jobOf({ folder }: Night): string {
  const place = folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${folder}\n`;
  return `${place}    steps:\n`;
}

function preparation({ manager, folder }: Night): string[] {
  return [
    step('Check out', [`uses: ${uses.checkout}`, 'with:', '  persist-credentials: false']),
    step('Set up Node', [`uses: ${uses.node}`, 'with:', '  node-version: 24']),
    step('Install the packages', ['id: packages', 'run: |', ...installs[manager].map((line) => `  ${line}`)]),
    step('Install a browser', ['run: npx playwright install --with-deps --only-shell chromium']),
    step('Restore the history of the nights before', [
      `uses: ${uses.restore}`,
      'with:',
      `  path: ${inside(folder, 'reports/history')}`,
      '  # No cache has this key: the newest one that begins like it is restored.',
      '  key: fullhouse-${{ github.run_id }}-${{ github.run_attempt }}',
      '  restore-keys: fullhouse-',
    ]),
  ];
}

/** After its time, a run is interrupted as by Ctrl-C: then it reports what it has. */
function phase(name: string, project: string, minutes: number, variables: readonly Variable[]): string {
  const given = variables.map(
    ({ name: variable, isSecret }) => `  ${variable}: \${{ ${isSecret ? 'secrets' : 'vars'}.${variable} }}`,
  );
  const isFirst = project === 'chaos';
  return step(name, [
    ...(isFirst ? [] : ["if: ${{ !cancelled() && steps.packages.outcome == 'success' }}"]),
    `run: timeout --signal INT --kill-after 1m ${minutes}m npx playwright test --project=${project}`,
    ...(given.length === 0 ? [] : ['env:', ...given]),
  ]);
}

function ending(folder: string): string[] {
  return [
    step('Save the history', [
      '# Also after a failure: that is the night to look back at.',
      `if: \${{ always() && hashFiles('${inside(folder, 'reports/history')}/**') != '' }}`,
      `uses: ${uses.save}`,
      'with:',
      `  path: ${inside(folder, 'reports/history')}`,
      '  key: fullhouse-${{ github.run_id }}-${{ github.run_attempt }}',
    ]),
    step('Keep the reports', [
      'if: ${{ always() }}',
      `uses: ${uses.upload}`,
      'with:',
      '  name: fullhouse',
      `  path: ${inside(folder, 'reports/')}`,
      '  retention-days: 30',
    ]),
  ];
}

function step(name: string, lines: readonly string[]): string {
  return [`- name: ${name}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function indented(text: string): string {
  return `${text.replace(/^/gm, '      ')}\n`;
}

function inside(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
