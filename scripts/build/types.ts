import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';

/** The names of the files about the API. */
export const REPORT = 'fullhouse.api.md';
export const MODEL = 'fullhouse.api.json';

interface Types {
  readonly root: string;
  /** The folder with the emitted `.d.ts` files. */
  readonly types: string;
  readonly into: string;
  readonly reportFolder: string;
}

/** Writes one file of types for the entry point, with all that it needs and nothing else, and the report of the API. */
export function rollUpTypes({ root, types, into, reportFolder }: Types): void {
  mkdirSync(reportFolder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(types, 'fixtures', 'index.d.ts'),
      compiler: { overrideTsconfig: compiler },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder: join(reportFolder, 'temp'),
        reportFileName: REPORT,
        includeForgottenExports: true,
      },
      docModel: { enabled: true, apiJsonFilePath: join(reportFolder, MODEL) },
      dtsRollup: { enabled: true, untrimmedFilePath: join(into, 'fullhouse.d.ts') },
      messages: {
        // The compiler has checked the same files before.
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
        // Docstrings of this project name the type of an error in braces.
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
  const mistakes: string[] = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message: ExtractorMessage) {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) mistakes.push(message.text);
    },
  });
  if (mistakes.length > 0) throw new Error(`The types of the package are wrong:\n${mistakes.join('\n')}`);
}

/**
 * Places the types beside the modules that teams import. TypeScript wants them twice: `.d.ts` where the team's module is an
 * ES module, and `.d.cts` where it is CommonJS, which loads our ES modules with `require`.
 */
export function placeTypes(types: string, into: string): void {
  const specs = readdirSync(join(types, 'tests'), { recursive: true, encoding: 'utf8' });
  for (const spec of specs.filter((name) => name.endsWith('.d.ts')))
    twice(join(types, 'tests', spec), join(into, 'tests', spec));
  twice(join(into, 'fullhouse.d.ts'), join(into, 'fullhouse.d.ts'));
  const reporters = join(types, 'src', 'reporters', 'index.d.ts');
  if (/from '\./.test(readFileSync(reporters, 'utf8')))
    throw new Error(
      'The types of fullhouse/reporters must need no other file: types of Playwright are enough.',
    );
  twice(reporters, join(into, 'reporters.d.ts'));
}

function twice(from: string, to: string): void {
  if (from !== to) copyFileSync(from, to);
  copyFileSync(from, to.replace(/\.d\.ts$/, '.d.cts'));
}

const compiler = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    strict: true,
    skipLibCheck: true,
  },
};
