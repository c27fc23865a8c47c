import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closestMatch } from 'leven';
import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml';
import { z } from 'zod';
import { nearestWord, UserError } from '../../kernel/errors.ts';
import { importDefault } from '../../kernel/import-default.ts';
import { readText, UnreadableFile } from '../../kernel/text-file.ts';
import { type Environment, hideSecretsIn, isSecretName } from '../identities/written.ts';
import { compileContract } from './compile.ts';
import type { Contract } from './contract.ts';
import { type Mistake, type Path, valueAt } from './mistakes.ts';
import { contractSchema } from './schema.ts';

/** The source of the reference contract; other contracts have the path of their file. */
export const REFERENCE_SOURCE = 'reference.yaml';

let reference: Contract | undefined;

/** The contract of the reference service, for services without a contract file. */
export function referenceContract(): Contract {
  // From the environment it reads only the secret of its tokens, which the identities handle.
  reference ??= contractOf(
    readText(fileURLToPath(new URL(REFERENCE_SOURCE, import.meta.url))),
    REFERENCE_SOURCE,
    { JWT_SECRET: 'unused' },
  );
  return reference;
}

/** A larger file is not a contract. */
const MOST_BYTES = 16 * 1024 * 1024;

const loaded = new Map<string, Promise<Contract>>();

/**
 * Loads the contract in a file: YAML, JSON, or a module with a default export. Once for each file in a process.
 * @throws {UserError} that names every mistake: its line, the rule, and the nearest valid word
 */
export function loadContract(path: string, environment: Environment): Promise<Contract> {
  const file = resolve(path);
  const known = loaded.get(file) ?? load(file, path, environment);
  loaded.set(file, known);
  return known;
}

async function load(file: string, path: string, environment: Environment): Promise<Contract> {
  if (['.ts', '.mts', '.js', '.mjs'].includes(extname(file))) return fromModule(file, path, environment);
  return contractOf(textOf('contract file', path, file), path, environment, dirname(file));
}

async function fromModule(file: string, path: string, environment: Environment): Promise<Contract> {
  textOf('contract file', path, file); // the module loader does not name the file in its errors
  let written: unknown;
  try {
    written = await importDefault(file);
  } catch (error) {
    throw new UserError(
      `The contract file "${path}" cannot be loaded: ${(error as Error).message}. Correct the file.`,
    );
  }
  if (written === undefined)
    throw new UserError(
      `The contract file "${path}" exports no contract. Write: export default { contract: 'fullhouse/1', … }`,
    );
  // The lines of a module are not known here, so each mistake begins with its place in the contract.
  return compiled(written, { name: path, environment, folder: dirname(file) }, () => undefined);
}

/** A contract as YAML or JSON; files in it are found from the folder. @throws {UserError} */
export function contractOf(text: string, name: string, environment: Environment, folder = '.'): Contract {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineOf = (offset: number) => `line ${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error) throw refused(name, [`${lineOf(error.pos[0])}: ${wrongInYaml(error, text)}`]);
  visit(document, {
    Alias(_, alias) {
      if (!alias.resolve(document))
        throw refused(name, [
          `${lineOf(alias.range?.[0] ?? 0)}: *${alias.source} is not defined; write &${alias.source} above it, or put the text in quotes`,
        ]);
    },
  });
  return compiled(document.toJS() as unknown, { name, environment, folder }, (path) =>
    lineOf(offsetOf(document, path)),
  );
}

/** Describes common errors in plain words, and other errors by the message of the parser. */
function wrongInYaml({ code, message, pos: [from, to] }: YAMLParseError, text: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return `"${/^[^\s:]+/.exec(text.slice(from, Math.max(to, from + 80)))?.[0]}" is written twice at this place; keep one`;
    case 'TAB_AS_INDENT':
      return 'this line is indented with a tab; use spaces';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a value contains another `name: value`; begin names of one level in the same column, and put a text that holds ": " in quotes';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; remove the line with ---';
    case 'UNEXPECTED_TOKEN':
      return `this is not valid YAML: ${message}; put a text that holds one of [ ] { } , # in quotes`;
    default:
      return `this is not valid YAML: ${message}`;
  }
}

interface Source {
  readonly name: string;
  readonly environment: Environment;
  readonly folder: string;
}

function compiled(
  written: unknown,
  { name, environment, folder }: Source,
  lineOf: (path: Path) => string | undefined,
): Contract {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    const message = written === null ? 'the file is empty' : 'this is not a contract';
    throw refused(name, [
      describe({ path: [], message, hint: 'begin with: contract: fullhouse/1' }, lineOf([])),
    ]);
  }
  const read = contractSchema.safeParse(withMeetingsOf(written, folder));
  const { contract, mistakes } = read.success
    ? compileContract(read.data, name, environment)
    : { contract: undefined, mistakes: allMistakes(read.error.issues, written) };
  if (contract && mistakes.length === 0) {
    // An operation may send its own key, for example in a header.
    hideSecretsIn(contract.environment);
    return contract;
  }
  throw refused(
    name,
    mistakes.map((mistake) => describe(mistake, lineOf(mistake.path))),
  );
}

/** `line 5: service.bsae: "bsae" is not known here; did you mean "base"?` */
function describe({ path, message, hint }: Mistake, line: string | undefined): string {
  const sentence = [line, path.join('.'), message].filter(Boolean).join(': ');
  return hint === undefined ? sentence : `${sentence}; ${hint}`;
}

/** Replaces a file of meetings by its ids, as if they were written in the contract. */
function withMeetingsOf(written: unknown, folder: string): unknown {
  const { meetings } = (written ?? {}) as { meetings?: { file?: unknown } };
  if (typeof meetings?.file !== 'string') return written;
  const path = resolve(folder, meetings.file);
  const ids = textOf('meetings file', path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (ids.length === 0)
    throw new UserError(`The meetings file "${meetings.file}" is empty. Write one id in each line.`);
  const { file: _, ...others } = meetings;
  return { ...(written as object), meetings: { ...others, fixed: ids } };
}

function textOf(what: string, path: string, file = path): string {
  try {
    return readText(file, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { message, isMissing } = error;
    throw new UserError(
      `The ${what} "${path}" cannot be read (${message}).${isMissing ? ' Check its path.' : ''}`,
    );
  }
}

function refused(name: string, lines: readonly string[]): UserError {
  return new UserError(
    [`The contract "${name}" is not valid.`, ...lines.map((line) => `  ${line}`)].join('\n'),
  );
}

/** The offset of a part of the document, or of the part around it if it is missing. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (one): one is Pair<Node, Node> => isScalar(one.key) && String(one.key.value) === String(step),
      );
      if (!pair) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = (document.getIn(path.slice(0, path.indexOf(step) + 1), true) as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    }
  }
  return offset;
}

type Issue = z.core.$ZodIssue;

/** All mistakes except those that follow from a misspelt name: the intended key does not count as missing. */
function allMistakes(issues: readonly Issue[], written: unknown): Mistake[] {
  const misspelt = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path);
  const follows = ({ code, path }: Issue) =>
    code === 'custom' &&
    misspelt.some((place) => place.length >= path.length - 1 && place.every((step, at) => step === path[at]));
  return issues.filter((issue) => !follows(issue)).flatMap((issue) => mistakesOf(issue, written));
}

function mistakesOf(issue: Issue, written: unknown): Mistake[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(path);
    return issue.keys.map((key) => {
      const meant = nearestWord(key, known);
      return {
        path: [...path, key],
        message: `"${key}" is not known here`,
        hint: meant ? `did you mean "${meant}"?` : `known here: ${known.join(', ')}`,
      };
    });
  }
  const value = valueAt(written, path);
  const isShort = value !== undefined && (typeof value !== 'object' || value === null);
  // The message of such a rule names several keys, or already quotes the value.
  if (issue.code === 'custom' && (!isShort || issue.params?.quotesValue === true))
    return [{ path, message: issue.message }];
  if (value === undefined) {
    const meaning = schemasAt(path).find(({ description }) => description !== undefined)?.description;
    return [{ path, message: 'this is missing', hint: meaning }];
  }
  if (issue.code === 'invalid_value') return [{ path, ...oneOf(value, issue.values) }];
  const name = String(path.findLast((step) => typeof step === 'string') ?? '');
  const message = `${isSecretName(name) ? 'this value' : shown(value)} is not allowed here`;
  return [{ path, message, hint: issue.code === 'custom' ? issue.message : `use ${ruleOf(issue)}` }];
}

/** The broken rule: the text of the schema, or a general rule without one. */
function ruleOf(issue: Issue): string {
  if (issue.code === 'too_small') return `at least ${sizeIn(issue.origin, Number(issue.minimum))}`;
  if (issue.code === 'too_big') return `at most ${sizeIn(issue.origin, Number(issue.maximum))}`;
  if (!issue.message.startsWith('Invalid input')) return issue.message;
  return issue.code === 'invalid_type' ? (ARTICLES[issue.expected] ?? issue.expected) : 'a text';
}

function sizeIn(origin: string, size: number): string {
  if (origin === 'string') return `${size} character${size === 1 ? '' : 's'}`;
  return origin === 'array' ? `${size} ${size === 1 ? 'entry' : 'entries'}` : String(size);
}

function oneOf(value: unknown, values: readonly unknown[]): Pick<Mistake, 'message' | 'hint'> {
  const words = values.map(String);
  const meant = typeof value === 'string' ? closestMatch(value, words, { maxDistance: 3 }) : undefined;
  const hint =
    meant && words.length > 1
      ? `did you mean "${meant}"?`
      : `use ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`;
  return { message: `${shown(value)} is not allowed here`, hint };
}

const ARTICLES: Readonly<Record<string, string>> = {
  record: 'a mapping of `name: value`',
  object: 'a mapping of `name: value`',
  array: 'a list in […]',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  int: 'a whole number',
};

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `"${String(value).slice(0, 60)}"`;
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

let json: JsonSchema | undefined;

/** The JSON schema of contract files, for editors. */
export function contractJsonSchema(): JsonSchema {
  json ??= z.toJSONSchema(contractSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return json;
}

/** The names that are allowed at a place of the contract. */
function keysAt(path: Path): string[] {
  return schemasAt(path)
    .flatMap(unfold)
    .flatMap(({ properties = {} }) => Object.keys(properties));
}

function schemasAt(path: Path): readonly JsonSchema[] {
  let places: readonly JsonSchema[] = [contractJsonSchema()];
  for (const step of path)
    places = places.flatMap(unfold).flatMap(({ properties, additionalProperties, items }) => {
      const next = typeof step === 'number' ? items : (properties?.[step] ?? additionalProperties);
      return typeof next === 'object' ? [next] : [];
    });
  return places;
}

function unfold(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf?.flatMap(unfold) ?? [schema];
}
