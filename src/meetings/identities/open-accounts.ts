import { UserError } from '../../kernel/errors.ts';
import type { WrittenExpression } from '../contract/expressions.ts';
import type { Row } from './account.ts';
import { Accounts, type Part } from './accounts.ts';
import { idOfRow } from './id-of-row.ts';
import { readRows } from './rows-file.ts';
import type { IdentitySpec } from './schema.ts';

type Users = { readonly first: number; readonly last: number } | { readonly file: string };

/** The accounts that the service has; undefined where any name is a user. @throws {UserError} */
export function openAccounts(identity: IdentitySpec, part: Part, folder: string): Accounts | undefined {
  const { jwt, login, users, command } = identity;
  if (users) return fromFile('identity.users.file', users.file, users.user);
  if (jwt?.users) return from('identity.jwt.users', jwt.users, jwt.user);
  if (login?.users) return from('identity.login.users', login.users);
  if (command?.users) return from('identity.command.users', command.users);
  return undefined;

  function from(where: string, existing: Users, id?: WrittenExpression): Accounts {
    if ('file' in existing) return fromFile(where, existing.file, id);
    return Accounts.numbered(where, existing.first, existing.last, part);
  }

  function fromFile(where: string, file: string, id?: WrittenExpression): Accounts {
    const rows = readRows(where, file, folder);
    if (id !== undefined) refuseTwins(where, file, rows, id);
    return Accounts.ofRows(where, rows, part);
  }
}

/** Two rows of one user would be two participants of one user. Known before anybody logs in where a row has the id. */
function refuseTwins(where: string, file: string, rows: readonly Row[], id: WrittenExpression): void {
  const idOf = idOfRow(`${where.slice(0, where.lastIndexOf('.'))}.user`, id);
  const seen = new Map<string, number>();
  for (const [position, row] of rows.entries()) {
    const number = position + 1;
    const userId = idOf({ name: '', number, row });
    const before = seen.get(userId);
    if (before !== undefined)
      throw new UserError(
        `${where}: rows ${before} and ${number} of "${file}" are of one user, "${userId}". Give each user one row.`,
      );
    seen.set(userId, number);
  }
}
