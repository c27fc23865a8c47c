import { UserError } from '../../kernel/errors.ts';
import { compileExpression } from '../expressions.ts';
import type { Issuer } from './account.ts';
import { idOfRow } from './accounts.ts';
import { hideToken } from './foreign-token.ts';
import type { RowsSpec } from './schema.ts';
import { claimsIn, idOf, isSecretName } from './written.ts';

/** Existing tokens, one in each row of a file. */
export function readyIssuer({ file, user, token: written }: RowsSpec): Issuer {
  const idOfUser = idOfRow('identity.users.user', user);
  const read = written === undefined ? undefined : compileExpression(written, 'identity');
  return {
    renewMs: undefined,
    describe: () => `${read ? 'tokens' : 'users'} from ${file}`,
    issue(account) {
      const userId = idOfUser(account);
      const { number, row = {} } = account;
      // A row may contain more secrets than the token.
      for (const [name, value] of Object.entries(row))
        if (typeof value === 'string' && isSecretName(name)) hideToken(value);
      if (!read) return { userId };
      const token = idOf(read({ number, row }));
      if (token === undefined)
        throw new UserError(
          `identity.users.token: ${written} gives no token for row ${number}, which has the columns ` +
            `${Object.keys(row).join(', ')}. Name the column that holds the token, such as row.token.`,
        );
      hideToken(token);
      return { userId, token, claims: claimsIn(token) };
    },
  };
}
