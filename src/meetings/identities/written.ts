import { UserError } from '../../kernel/errors.ts';
import { hideSecret } from '../../kernel/secrets.ts';
import { compileText, type Values, type WrittenExpression } from '../contract/expressions.ts';

/** Texts of the contract file that are the same for all users, such as the place of a key. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {UserError} where it is empty; `rule` says what to set, such as "the path of a private key" */
export function textFrom(where: string, written: WrittenExpression, env: Environment, rule: string): string {
  const text = compileText(written, 'identity')({ env }).trim();
  if (text !== '') return text;
  throw new UserError(
    `${where}: ${called(written)} is empty. Set ${variableOf(written) ?? where} to ${rule}.`,
  );
}

/** How people know the value: by the variable that holds it, or as it stands in the contract file. */
export function called(written: WrittenExpression): string {
  return variableOf(written) ?? (typeof written === 'string' ? `"${written}"` : 'the value of its function');
}

function variableOf(written: WrittenExpression): string | undefined {
  return typeof written === 'string' ? /^\$\{\s*env\.(\w+)\s*\}$/.exec(written)?.[1] : undefined;
}

const SECRET_NAME = /pass|pwd|secret|token|credential|(?:^|_)(?:api_?)?key(?:_|$)|(?:^|_)pin(?:_|$)/i;

/** Whether the name says that its value is secret. The path of a file with a secret is not secret itself. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !/_(?:FILE|PATH)$/i.test(name);
}

/** Hides the variables that a section reads and whose names say that they are secret. */
export function hideSecretsRead(section: unknown, env: Environment): void {
  const names = [...(JSON.stringify(section) ?? '').matchAll(/\benv\.(\w+)/g)].map(([, name]) => name!);
  hideSecretsIn(Object.fromEntries(names.map((name) => [name, env[name]])));
}

/** Hides the variables whose names say that they are secret. */
export function hideSecretsIn(env: Environment): void {
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && isSecretName(name)) hideSecret(value);
}

/** The id of a user as text: services have numbers too. Undefined where there is none. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const id = String(value);
  return id === '' ? undefined : id;
}

/** The claims of a JWT, unverified; undefined of any other token. */
export function claimsIn(token: string | undefined): Values | undefined {
  const parts = token?.split('.');
  if (parts?.length !== 3 || !parts[0]!.startsWith('eyJ')) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1]!, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Values) : undefined;
  } catch {
    return undefined;
  }
}
