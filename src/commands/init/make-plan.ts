import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isClassicYarn, packageManagerOf } from '../../kernel/package-manager.ts';
import { readText } from '../../kernel/text-file.ts';
import { endingOf } from '../examples/language.ts';
import type { Change, NewFile, Plan } from '../writing/plan.ts';
import type { Answers } from './answers.ts';
import { configText } from './files/config.ts';
import { type ContractFile, contractFile } from './files/contract.ts';
import { environmentLines, type Variable, variablesOf } from './files/environment.ts';
import { exampleFiles, testFolder } from './files/examples.ts';
import { ignoredLines } from './files/gitignore.ts';
import { workflowText } from './files/workflow.ts';
import { OWN_CONFIG, type Surroundings } from './surroundings.ts';

export interface Planned extends Plan {
  readonly contract: ContractFile;
  /** Whether the folder was complete before. */
  readonly isSetUp: boolean;
}

/**
 * Everything that the answers mean for the folder. The configuration comes last: a folder whose configuration calls
 * `defineFullhouse` is complete.
 */
export function makePlan(answers: Answers, around: Surroundings): Planned {
  const { folder } = around;
  const contract = contractFile(answers, around);
  const testDir = testFolder(around, answers.language);
  const config = configName(answers, around);
  const variables = variablesOf({ url: urlOf(answers, contract), variables: contract.variables });
  const wanted = [
    ...packageFile(around),
    // Someone may have removed examples since the first start.
    ...(around.isSetUp
      ? []
      : [...contractFiles(contract), ...exampleFiles({ answers, around, contract, testDir })]),
    ...(answers.hasWorkflow ? [workflowFile(variables, around)] : []),
  ];
  const files = wanted.filter(({ path }) => !existsSync(join(folder, path)));
  const kept = wanted.filter((file) => !files.includes(file)).map(({ path }) => path);
  const environment: Lines = {
    path: '.env.example',
    about: 'the addresses and secrets of a run',
    missingIn: (text) => environmentLines(variables, text, config),
  };
  const ignored = { path: '.gitignore', about: 'what is not committed', missingIn: ignoredLines };
  return {
    steps: [
      ...files,
      ...(around.isSetUp ? [] : withLines(environment, folder)),
      ...withLines(ignored, folder),
      ...configuration({ answers, around, contract, testDir, config }),
    ],
    kept: around.isSetUp ? [...kept, config] : kept,
    contract,
    isSetUp: around.isSetUp,
  };
}

interface Parts {
  readonly answers: Answers;
  readonly around: Surroundings;
  readonly contract: ContractFile;
  readonly config: string;
}

/** Without it, the package manager would install into a folder above. */
function packageFile({ packageFolder }: Surroundings): NewFile[] {
  if (packageFolder !== undefined) return [];
  const text = '{\n  "private": true,\n  "type": "module"\n}\n';
  return [{ kind: 'new', path: 'package.json', text, about: 'the packages of this folder' }];
}

function contractFiles({ path, text }: ContractFile): NewFile[] {
  if (text === undefined) return [];
  return [{ kind: 'new', path: path.replace(/^\.\//, ''), text, about: 'how your service is called' }];
}

function workflowFile(variables: readonly Variable[], { folder, repository }: Surroundings): NewFile {
  const inRepository = relative(repository, folder).split(sep).join('/');
  return {
    kind: 'new',
    path: join(relative(folder, repository), '.github/workflows/fullhouse.yml'),
    text: workflowText({ manager: managerOf(folder, repository), folder: inRepository, variables }),
    about: 'chaos and load, each night',
  };
}

function managerOf(folder: string, repository: string) {
  const manager = packageManagerOf({ folder });
  // In a workspace, the lock file is in the top folder.
  const isClassic = manager === 'yarn' && [folder, repository].some(isClassicYarn);
  return isClassic ? 'yarn 1' : manager;
}

/** The address of a service that is not the reference service. */
function urlOf({ service }: Answers, { url }: ContractFile): string | undefined {
  if (service.kind === 'reference') return undefined;
  return service.kind === 'address' ? service.url : (url ?? '');
}

interface Lines {
  readonly path: string;
  readonly about: string;
  /** The lines that a text lacks. */
  missingIn(text: string): string[];
}

/** A new file with these lines, or the lines that an existing file lacks. */
function withLines({ path, about, missingIn }: Lines, folder: string): (NewFile | Change)[] {
  const file = join(folder, path);
  const before = existsSync(file) ? readText(file) : undefined;
  const lines = missingIn(before ?? '');
  if (lines.length === 0) return [];
  if (before !== undefined) return [{ kind: 'added', path, before, lines }];
  return [{ kind: 'new', path, text: `${lines.join('\n')}\n`, about }];
}

/** A configuration in TypeScript keeps its name. */
function configName({ language }: Answers, { config, configText: text, isModule }: Surroundings): string {
  if (config === undefined) return `playwright.config${endingOf({ language, isModule })}`;
  // Playwright reads `import` in a `.js` file of a CommonJS project, but an ES module cannot import such a file.
  const isTranspiled = !isModule && /^\s*(?:import|export)\b/m.test(text);
  if (config.endsWith('ts') || isTranspiled) return config;
  return `playwright.config${endingOf({ language: 'JavaScript', isModule })}`;
}

function configuration({
  answers,
  around,
  contract,
  testDir,
  config,
}: Parts & { testDir: string }): (NewFile | Change)[] {
  if (around.isSetUp) return [];
  const { service } = answers;
  const own = around.config?.replace('playwright.config', OWN_CONFIG) ?? around.ownConfig;
  const text = configText({
    contract: contract.path,
    testDir,
    url: service.kind === 'address' ? service.url : undefined,
    describedUrl: service.kind === 'described' ? contract.url : undefined,
    own,
    namesTests: /\b(?:testDir|testMatch|projects)\b/.test(around.configText),
  });
  const file: NewFile = { kind: 'new', path: config, text, about: 'the configuration of Playwright' };
  if (around.config === undefined) return [file];
  return [{ kind: 'renamed', path: around.config, to: own! }, file];
}
