import { extname } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../kernel/errors.ts';
import { readText } from '../../kernel/text-file.ts';
import { isObject } from '../shape.ts';

/** Refuses files from which a contract is written. @throws {UserError} that names the command for it */
export function refuseOtherFile(path: string): void {
  const kind = otherKind(path);
  if (kind === 'OpenAPI')
    throw new UserError(
      `"${path}" is an OpenAPI document, not a contract. Write a contract from it first: npx fullhouse contract from-openapi ${path} --out contract.yaml`,
    );
  if (kind === 'HAR')
    throw new UserError(
      `"${path}" is a HAR recording, not a contract. Write a contract from two recordings first: npx fullhouse contract from-har anna.har ben.har --out contract.yaml`,
    );
}

/** What a file is instead of a contract; undefined for a contract, and for a file that cannot be read. */
export function otherKind(path: string): 'OpenAPI' | 'HAR' | undefined {
  const isText = !['.ts', '.mts', '.js', '.mjs'].includes(extname(path));
  const root = isText ? parsed(path) : undefined;
  if (!isObject(root) || root.contract !== undefined) return undefined;
  if (isObject(root.log) && Array.isArray(root.log.entries)) return 'HAR';
  return root.openapi !== undefined || root.swagger !== undefined ? 'OpenAPI' : undefined;
}

/** Undefined if the file cannot be read, or is not YAML: the loader of contracts reports the reason. */
function parsed(path: string): unknown {
  try {
    const text = readText(path);
    // A recording is JSON, and may be long.
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}
