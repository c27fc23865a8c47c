import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { OpenApiDocument } from '../../../contract-file/openapi/document.ts';
import { openApiDraft } from '../../../contract-file/openapi/openapi-draft.ts';
import { writeDraft } from '../../../contract-file/write-draft.ts';
import { readText } from '../../../kernel/text-file.ts';
import { valueAt } from '../../../meetings/contract/mistakes.ts';
import { describesChat } from '../../examples/chat.ts';
import type { Answers } from '../answers.ts';
import type { Surroundings } from '../surroundings.ts';

/** The contract that the configuration names. */
export interface ContractFile {
  /** Relative to the folder: `./contract.yaml`. */
  readonly path: string;
  /** The text of a file to write; undefined for an existing contract. */
  readonly text?: string;
  /** Variables of the environment that it reads. */
  readonly variables: readonly string[];
  /** Those that its address reads. */
  readonly urlVariables: readonly string[];
  /** The address in it, if it is written out. */
  readonly url: string | undefined;
  /** The number of gaps that a person must fill. */
  readonly todos: number;
  /** Whether it describes chat messages, and their arrival. */
  readonly hasChat: boolean;
}

const NAME = 'contract.yaml';

/** @throws {UserError} for an OpenAPI document that cannot be used */
export function contractFile({ description, service }: Answers, around: Surroundings): ContractFile {
  const { folder } = around;
  if (description.kind === 'contract') {
    const found = existing(description.path, folder);
    // The configuration has the address.
    if (service.kind !== 'address') return found;
    return { ...found, variables: found.variables.filter((name) => !found.urlVariables.includes(name)) };
  }
  const name = nameIn(folder);
  // An earlier `init` was interrupted, or the team has its contract already.
  if (existsSync(join(folder, name))) return existing(`./${name}`, folder);
  const text = `${schemaLine(around)}${description.kind === 'default' ? fromReference(name, service.kind === 'reference') : fromOpenApi(resolve(folder, description.path), service.kind === 'address')}`;
  return { path: `./${name}`, text, ...readIn(text) };
}

/** Another tool may have a file of this name. */
function nameIn(folder: string): string {
  const file = join(folder, NAME);
  if (!existsSync(file) || /^contract:\s*["']?fullhouse\//m.test(readText(file))) return NAME;
  return `fullhouse.${NAME}`;
}

function existing(path: string, folder: string): ContractFile {
  const file = resolve(folder, path);
  const isText = ['.yaml', '.yml', '.json'].includes(extname(file));
  return { path, ...readIn(isText ? readText(file) : '') };
}

function readIn(text: string): Omit<ContractFile, 'path' | 'text'> {
  const url = urlIn(text);
  return {
    variables: variablesIn(text),
    urlVariables: variablesIn(url),
    url: URL.canParse(url) && variablesIn(url).length === 0 ? url : undefined,
    todos: text.match(/^\s*# TODO /gm)?.length ?? 0,
    hasChat: describesChat(text),
  };
}

function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\benv\.(\w+)/g)].map(([, name]) => name!))];
}

/** The address of the service as it is written; empty without one, and in a text with mistakes: the run reports them. */
function urlIn(text: string): string {
  try {
    const url = valueAt(parse(text, { logLevel: 'error' }), ['service', 'url']);
    return typeof url === 'string' ? url : '';
  } catch {
    return '';
  }
}

/** Editors check and complete a contract that begins with this line. */
function schemaLine({ folder }: Surroundings): string {
  const top = modulesAbove(folder) ?? folder;
  const schema = join(relative(folder, top), 'node_modules/fullhouse/docs/contract.schema.json');
  return `# yaml-language-server: $schema=${schema.startsWith('.') ? schema : `./${schema}`}\n`;
}

/** The folder above whose packages include fullhouse: in a workspace, it is often the top one. */
function modulesAbove(folder: string): string | undefined {
  for (let at = folder; ; at = resolve(at, '..')) {
    if (existsSync(join(at, 'node_modules', 'fullhouse'))) return at;
    if (at === resolve(at, '..')) return undefined;
  }
}

function fromReference(name: string, isReference: boolean): string {
  const reference = fileURLToPath(new URL('../../../meetings/contract/reference.yaml', import.meta.url));
  const whole = readFileSync(reference, 'utf8').replace(/^#.*\n/, '');
  // The entry `reference` and its comment.
  const text = isReference ? whole : whole.replace(/^ *#.*\n *reference: true\n/m, '');
  return (
    '# How fullhouse calls your service. This is the contract of the reference service: change what differs,\n' +
    '# and remove what your service lacks. The guide is node_modules/fullhouse/docs/your-service.md.\n' +
    `# npx fullhouse contract check ${name} shows what matches.\n${text}`
  );
}

/** @param hasAddress whether the configuration has the address of the service */
function fromOpenApi(file: string, hasAddress: boolean): string {
  const { draft } = openApiDraft(OpenApiDocument.read(readText(file), basename(file)));
  if (hasAddress) delete draft.service.url;
  return writeDraft(
    draft,
    `Written from ${basename(file)}. node_modules/fullhouse/docs/contract-file.md explains each entry.`,
  );
}
