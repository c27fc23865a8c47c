import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exampleText } from '../examples/example.ts';
import { importEnding } from '../examples/language.ts';
import type { Phase } from '../examples/standard-specs.ts';
import type { Project } from './project.ts';

export type Kind = 'journey' | 'target' | 'profile' | 'experiment' | 'load-test' | 'fault' | 'check';

interface NewFile {
  /** A name for messages. */
  readonly example: string;
  /** Relative to the folder of the project. */
  path(name: string, project: Project): string;
  text(name: string, project: Project): string;
  /** What uses the file: commands, or code. */
  next(name: string, project: Project): readonly string[];
  /** The phase whose folder has the file. */
  readonly phase?: Phase;
  /** The guide about such files. */
  readonly explained: string;
}

const LOAD = 'npx playwright test --project=load';

/** The kinds of files that people add, from the recipes of docs/extending.md. */
export const kinds: Readonly<Record<Kind, NewFile>> = {
  journey: {
    example: 'chat',
    path: (name, { ending }) => `journeys/${name}${ending}`,
    text: (_, { hasChat, language }) => exampleText(hasChat ? 'chat.ts' : 'visit.ts', language),
    next(name, project) {
      const file = `journeys/${name}${project.ending}`;
      // A load test of the project decides on its journey itself.
      return hasFolder('load', project)
        ? [`journey: './${file}'   in a load test, then`, LOAD]
        : [`JOURNEY=${file} CONCURRENT_USERS=6 BROWSER_USERS=0 \\`, `  ${LOAD}`];
    },
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
    next: (name) => [`TARGETS_FILE=targets/${name}.json ${LOAD}`],
    explained: 'docs/targets.md',
  },
  profile: {
    example: 'train',
    path: (name) => `network-profiles/${name}.json`,
    text(name, { language }) {
      const profile = JSON.parse(exampleText('train.json', language));
      return json({
        ...profile,
        source: { name, what: 'an example: write here where the numbers are from' },
      });
    },
    next: (name) => [`NETWORK_PROFILE=${name} ${LOAD}`],
    explained: 'docs/networks.md',
  },
  experiment: {
    example: 'silent-seconds',
    path: (name, { testDir, ending }) => `${testDir}/chaos/${name}.spec${ending}`,
    // The question identifies an experiment in reports, so each file has its own one.
    text: (name, { language }) => withOwnQuestion(exampleText('silent-seconds.spec.ts', language), name),
    next: (name) => [`npx playwright test --project=chaos ${name}`],
    phase: 'chaos',
    explained: 'docs/writing-experiments.md',
  },
  'load-test': {
    example: 'quick-ramp',
    path: (name, { testDir, ending }) => `${testDir}/load/${name}.spec${ending}`,
    text(name, project) {
      const text = exampleText('load-test.spec.ts', project.language);
      const journey = `journeys/chat${project.ending}`;
      const mix = existsSync(join(project.folder, journey))
        ? `attend-meeting:3,./${journey}:1`
        : 'attend-meeting';
      return withOwnQuestion(text, name)
        .replace(/name: '.*'/, `name: '${name}'`)
        .replace(/journey: '.*'/, `journey: '${mix}'`);
    },
    next: (name, { testDir, ending }) => [`${LOAD} ${testDir}/load/${name}.spec${ending}`],
    phase: 'load',
    explained: 'docs/extending.md#a-load-test',
  },
  fault: {
    example: 'blackout',
    path: (name, { ending }) => `faults/${name}${ending}`,
    text: (name, { language }) =>
      exampleText('blackout.ts', language)
        .replace('const blackout', `const ${constant(name)}`)
        .replace("kind: 'blackout'", `kind: '${name}'`)
        .replace("'blackout:", `'${name}:`),
    next: (name, { ending }) => [
      `import { ${constant(name)} } from '../../faults/${name}${importEnding(ending)}';`,
      `await path.inflict(${constant(name)}(), { ttlMs: 5000 });`,
    ],
    explained: 'docs/extending.md#a-fault',
  },
  check: {
    example: 'nobody-alone',
    path: (name, { ending }) => `checks/${name}${ending}`,
    // The name of a check identifies it in reports, so each file has its own one.
    text: (name, { language }) =>
      exampleText('nobody-alone.ts', language)
        .replace('const nobodyAlone', `const ${constant(name)}`)
        .replace("'no user is alone in a roster'", `'no user is alone in a roster (${name})'`),
    next: (name, { ending }) => [
      `import { ${constant(name)} } from '../../checks/${name}${importEnding(ending)}';`,
      `checks: [${constant(name)}()],`,
    ],
    explained: 'docs/extending.md#a-check',
  },
};

/** Whether a phase runs the files of the project instead of the standard ones. */
export function hasFolder(phase: Phase, { folder, testDir }: Project): boolean {
  return existsSync(join(folder, testDir, phase));
}

/** `Does a meeting survive?` → `Does a meeting survive (my-name)?` */
function withOwnQuestion(text: string, name: string): string {
  return text.replace(/\?'/, ` (${name})?'`);
}

/** Words that are no names of constants. */
const RESERVED = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** `slow-uplink` as `slowUplink`. */
function constant(name: string): string {
  const joined = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return RESERVED.has(joined) ? `${joined}It` : joined;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
