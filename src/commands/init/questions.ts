import { existsSync, statSync } from 'node:fs';
import { extname, relative, resolve, sep } from 'node:path';
import { schema } from '../../config/schema.ts';
import { otherKind } from '../../contract-file/commands/other-files.ts';
import { UserError, wordHint } from '../../kernel/errors.ts';
import { readText } from '../../kernel/text-file.ts';
import type { Language } from '../examples/language.ts';
import type { Answers, Description, Service } from './answers.ts';
import type { Asker } from './asker.ts';
import type { Surroundings } from './surroundings.ts';

/** The answers that the command line gives. */
export interface Given {
  /** An address, or `reference`. */
  readonly service?: string | undefined;
  readonly contract?: string | undefined;
  readonly openapi?: string | undefined;
  readonly language?: Language | undefined;
  readonly hasWorkflow?: boolean | undefined;
}

/**
 * Asks what the command line does not say, with at most four questions.
 * @throws {UserError} for a wrong answer of the command line
 */
export async function answersFor(given: Given, around: Surroundings, asker: Asker): Promise<Answers> {
  const described = describedBy(given, around.folder);
  const service = given.service === undefined ? servedBy(around) : serviceIn(given.service);
  if (service?.kind === 'reference' && described !== undefined)
    throw new UserError(
      'The reference service has its own contract. Leave out --contract and --openapi, or give the address of your service with --service.',
    );
  const found = service ?? (await askService(described, asker));
  return {
    service: found,
    description:
      described ??
      (found.kind === 'reference' || around.isSetUp
        ? { kind: 'default' }
        : await askDescription(around.folder, asker)),
    language: given.language ?? (await askLanguage(around, asker)),
    hasWorkflow:
      given.hasWorkflow ??
      (await asker.confirm('Add a GitHub workflow that runs chaos and load each night?')),
  };
}

/** The service of a folder that is set up; undefined for any other folder. */
function servedBy({ isSetUp, configText, folder }: Surroundings): Service | undefined {
  if (!isSetUp) return undefined;
  const [, contract = ''] = /contract: ['"](.+\.ya?ml)['"]/.exec(configText) ?? [];
  const file = resolve(folder, contract);
  const isReference =
    !configText.includes('MEETINGS_SERVICE_URL') &&
    (contract === '' || (existsSync(file) && /^ +reference: true/m.test(readText(file))));
  return { kind: isReference ? 'reference' : 'described' };
}

function askService(described: Description | undefined, asker: Asker): Promise<Service> {
  const fallback: Service = described === undefined ? { kind: 'reference' } : { kind: 'described' };
  const otherwise =
    described === undefined
      ? 'to try fullhouse with its reference service'
      : 'for the address that the file names';
  return asker.ask({
    text: `Where is your meetings service? Its address, such as http://localhost:3000,\nor Enter ${otherwise}: `,
    read: serviceIn,
    fallback,
  });
}

/** @throws {UserError} if it is no address */
function serviceIn(text: string): Service {
  if (text === 'reference') return { kind: 'reference' };
  const read = schema.MEETINGS_SERVICE_URL.read.safeParse(text);
  if (read.success) return { kind: 'address', url: read.data };
  throw new UserError(`"${text}" is not the address of a service. Use ${read.error.issues[0]!.message}.`);
}

function describedBy({ contract, openapi }: Given, folder: string): Description | undefined {
  if (contract !== undefined && openapi !== undefined)
    throw new UserError('Give a contract or an OpenAPI document, not both: --contract, or --openapi.');
  if (contract !== undefined) return expecting('contract', contract, folder);
  return openapi === undefined ? undefined : expecting('OpenAPI', openapi, folder);
}

function expecting(kind: 'contract' | 'OpenAPI', path: string, folder: string): Description {
  const found = descriptionIn(path, folder);
  if (found.kind === kind) return found;
  throw new UserError(
    kind === 'contract'
      ? `"${path}" is an OpenAPI document, not a contract. Use --openapi ${path}.`
      : `"${path}" is not an OpenAPI document. Use --contract ${path}.`,
  );
}

function askDescription(folder: string, asker: Asker): Promise<Description> {
  return asker.ask<Description>({
    text: 'How is its API described? The file of a contract or of an OpenAPI document,\nor Enter to start with the contract of the reference service: ',
    read: (path) => descriptionIn(path, folder),
    fallback: { kind: 'default' },
  });
}

const MODULES = ['.ts', '.mts', '.js', '.mjs'];

/** @throws {UserError} if there is no such file, or it is neither a contract nor an OpenAPI document */
function descriptionIn(path: string, folder: string): Exclude<Description, { kind: 'default' }> {
  const file = resolve(folder, path);
  if (!existsSync(file) || !statSync(file).isFile())
    throw new UserError(`There is no file "${path}". Give a contract or an OpenAPI document.`);
  if (![...MODULES, '.yaml', '.yml', '.json'].includes(extname(file)))
    throw new UserError(
      `"${path}" is neither a contract nor an OpenAPI document. Give a file whose name ends in .yaml, .yml, .json or .ts.`,
    );
  const other = otherKind(file);
  if (other === 'HAR')
    throw new UserError(
      `"${path}" is a HAR recording. Write a contract from two of them first: npx fullhouse contract from-har anna.har ben.har --out contract.yaml`,
    );
  const inProject = relative(folder, file).split(sep).join('/');
  return { kind: other ?? 'contract', path: inProject.startsWith('../') ? inProject : `./${inProject}` };
}

const languages: readonly Language[] = ['TypeScript', 'JavaScript'];

/** A folder with files has its language; in an empty one, this is asked. */
async function askLanguage({ language, isEmpty }: Surroundings, asker: Asker): Promise<Language> {
  if (language !== undefined) return language;
  if (!isEmpty) return 'TypeScript';
  return asker.ask({
    text: 'TypeScript or JavaScript? (TypeScript) ',
    read(answer) {
      const found = languages.find(
        (one) =>
          one.toLowerCase() === answer.toLowerCase() ||
          { TypeScript: 'ts', JavaScript: 'js' }[one] === answer.toLowerCase(),
      );
      if (found === undefined)
        throw new UserError(`"${answer}" is not a language of a project. ${wordHint(answer, languages)}`);
      return found;
    },
    fallback: 'TypeScript',
  });
}
