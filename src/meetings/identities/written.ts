import { UserError } from '../../kernel/errors.ts';
import { jsonIn } from '../../kernel/json.ts';
import { hideSecret } from '../../kernel/secrets.ts';
import { compileText, type Values, type WrittenExpression } from '../expressions.ts';

/** Texts of the contract file that are the same for all users, such as the place of a key. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {UserError} if it is empty; `rule` states what to set, such as "the path of a private key" */
export function textFrom(where: string, written: WrittenExpression, env: Environment, rule: string): string {
  const text = compileText(written, 'identity')({ env }).trim();
  if (text !== '') return text;
  throw new UserError(
    `${where}: ${called(written)} is empty. Set ${variableOf(written) ?? where} to ${rule}.`,
  );
}

/** The name of a value in messages: its variable, or the text in the contract file. */
export function called(written: WrittenExpression): string {
  return variableOf(written) ?? (typeof written === 'string' ? `"${written}"` : 'the value of its function');
}

function variableOf(written: WrittenExpression): string | undefined {
  return typeof written === 'string' ? /^\$\{\s*env\.(\w+)\s*\}$/.exec(written)?.[1] : undefined;
}

const SECRET_NAME = /pass|pwd|secret|token|credential|(?:^|_)(?:api_?)?key(?:_|$)|(?:^|_)pin(?:_|$)/i;

/** Whether a value with this name is secret. The path of a file with a secret is not secret itself. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !/_(?:FILE|PATH)$/i.test(name);
}

/** Hides the variables that a section reads and whose names mark them as secret. */
export function hideSecretsRead(section: unknown, env: Environment): void {
  const names = [...(JSON.stringify(section) ?? '').matchAll(/\benv\.(\w+)/g)].map(([, name]) => name!);
  hideSecretsIn(Object.fromEntries(names.map((name) => [name, env[name]])));
}

/** Hides the variables whose names mark them as secret. */
export function hideSecretsIn(env: Environment): void {
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && isSecretName(name)) hideSecret(value);
}

/** The id of a user as text: some services use numbers. Undefined without an id. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const id = String(value);
  return id === '' ? undefined : id;
}

/** The claims of a JWT, unverified; undefined for any other token. */
export function claimsIn(token: string | undefined): Values | undefined {
  const parts = token?.split('.');
  if (parts?.length !== 3 || !parts[0]!.startsWith('eyJ')) return undefined;
  const claims = jsonIn(Buffer.from(parts[1]!, 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null ? (claims as Values) : undefined;
}
