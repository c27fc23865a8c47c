import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../kernel/errors.ts';
import { isObject } from '../shape.ts';

/** Files that a contract is written from. They are no contracts. @throws {UserError} that names the command for it */
export function refuseOtherFile(path: string): void {
  const kind = kindOf(path);
  if (kind === 'OpenAPI')
    throw new UserError(
      `"${path}" is an OpenAPI document, and not a contract. Write one from it first: npx fullhouse contract from-openapi ${path} --out contract.yaml`,
    );
  if (kind === 'HAR')
    throw new UserError(
      `"${path}" is a HAR recording, and not a contract. Write one from two recordings first: npx fullhouse contract from-har anna.har ben.har --out contract.yaml`,
    );
}

function kindOf(path: string): 'OpenAPI' | 'HAR' | undefined {
  const isText = !['.ts', '.mts', '.js', '.mjs'].includes(extname(path));
  if (!isText || !existsSync(path) || !statSync(path).isFile()) return undefined;
  const root = parsed(readFileSync(path, 'utf8'));
  if (!isObject(root) || root.contract !== undefined) return undefined;
  if (isObject(root.log) && Array.isArray(root.log.entries)) return 'HAR';
  return root.openapi !== undefined || root.swagger !== undefined ? 'OpenAPI' : undefined;
}

/** Undefined where it is no YAML: what reads contracts says where and why. */
function parsed(text: string): unknown {
  try {
    // A recording is JSON, and may be long.
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}
