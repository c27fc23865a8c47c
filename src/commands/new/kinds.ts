import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../kernel/checkout.ts';

export type Kind = 'journey' | 'target' | 'profile' | 'experiment';

interface NewFile {
  /** A name for messages. */
  readonly example: string;
  /** Relative to the folder of the project. */
  path(name: string): string;
  text(name: string): string;
  /** The command that uses the file. */
  next(name: string): string;
  /** The guide about such files. */
  readonly explained: string;
}

/** The kinds of files that people add, from the recipes of docs/extending.md. */
export const kinds: Readonly<Record<Kind, NewFile>> = {
  journey: {
    example: 'chat',
    path: (name) => `journeys/${name}.ts`,
    text: () => recipe('chat.ts'),
    next: (name) => `JOURNEY=journeys/${name}.ts CONCURRENT_USERS=6 BROWSER_USERS=0 npm run load`,
    explained: 'docs/extending.md#a-journey',
  },
  target: {
    example: 'release',
    path: (name) => `targets/${name}.json`,
    // Each crowd of each service measures these figures.
    text: () =>
      json({
        'latency p95': '< 500 ms',
        'each operation p95': '< 1 s',
        'error rate': '< 1 %',
        'worst 5 s error rate': '< 5 %',
      }),
    next: (name) => `TARGETS_FILE=targets/${name}.json npm run load`,
    explained: 'docs/targets.md',
  },
  profile: {
    example: 'train',
    path: (name) => `network-profiles/${name}.json`,
    text(name) {
      const profile = JSON.parse(recipe('train.json'));
      return json({
        ...profile,
        source: { name, what: 'an example: write here where the numbers are from' },
      });
    },
    next: (name) => `NETWORK_PROFILE=${name} npm run load`,
    explained: 'docs/networks.md',
  },
  experiment: {
    example: 'silent-seconds',
    path: (name) => `tests/chaos/${name}.spec.ts`,
    // The question identifies an experiment in reports, so each file has its own one.
    text: (name) =>
      recipe('silent-seconds.spec.ts').replace(
        'Does a meeting survive three silent seconds?',
        `Does a meeting survive three silent seconds (${name})?`,
      ),
    next: (name) => `npm run chaos -- ${name}`,
    explained: 'docs/writing-experiments.md',
  },
};

/** A file of docs/examples, which a test compiles. Comments for the linter are about its place there. */
function recipe(file: string): string {
  const text = readFileSync(join(checkout, 'docs', 'examples', file), 'utf8');
  return text.replace(/^\/\/ biome-ignore.*\n/, '');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
