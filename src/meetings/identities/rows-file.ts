import { resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../kernel/errors.ts';
import { jsonIn } from '../../kernel/json.ts';
import { withoutSecrets } from '../../kernel/secrets.ts';
import { readText, UnreadableFile } from '../../kernel/text-file.ts';
import type { Row } from './account.ts';

const CSV_EXAMPLE = 'Write names of columns in the first line and one user in each other line';
const JSON_EXAMPLE = 'Write a list of objects, such as [{"id": "ann", "token": "…"}]';

/**
 * Reads users from a CSV file with names of columns in its first line, or from a JSON list of objects (`.json`).
 * @param where its place in the contract file: `identity.users.file`
 */
export function readRows(where: string, file: string, folder: string): Row[] {
  const path = resolve(folder, file);
  const text = contentOf(where, file, path);
  const rows = file.toLowerCase().endsWith('.json')
    ? fromJson(where, file, text)
    : fromCsv(where, file, text);
  if (rows.length === 0) throw new UserError(`${where}: "${file}" has no users. ${CSV_EXAMPLE}.`);
  return rows;
}

function contentOf(where: string, file: string, path: string): string {
  try {
    return readText(path);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    const reason = cause.isMissing ? `there is no file ${path}` : `${path} cannot be read (${cause.message})`;
    throw new UserError(`${where}: "${file}": ${reason}. Paths begin in the folder of the contract file.`, {
      cause,
    });
  }
}

function fromCsv(where: string, file: string, text: string): Row[] {
  try {
    return parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true }) as Row[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UserError(
      `${where}: "${file}" is not valid CSV: ${withoutSecrets(cause.message)}. ${CSV_EXAMPLE}.`,
    );
  }
}

function fromJson(where: string, file: string, text: string): Row[] {
  const refused = (reason: string) => new UserError(`${where}: "${file}" ${reason}. ${JSON_EXAMPLE}.`);
  const read = jsonIn(text);
  if (read === undefined) throw refused('is not JSON');
  if (!Array.isArray(read)) throw refused('is not a list');
  const wrong = read.findIndex((one) => typeof one !== 'object' || one === null || Array.isArray(one));
  if (wrong >= 0) throw refused(`has an entry that is not an object: number ${wrong + 1} of the list`);
  return read as Row[];
}
