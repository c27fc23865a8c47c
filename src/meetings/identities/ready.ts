import { UserError } from '../../kernel/errors.ts';
import { hideSecret } from '../../kernel/secrets.ts';
import { compileExpression, type WrittenExpression } from '../contract/expressions.ts';
import type { Account, Issued, Issuer, TokenFault } from './account.ts';
import { hideToken, wrongForeign } from './foreign-token.ts';
import { idOfRow } from './id-of-row.ts';
import type { RowsSpec } from './schema.ts';
import { claimsIn, idOf, isSecretName } from './written.ts';

/** Tokens that exist already, one in each row of a file. */
export class ReadyIssuer implements Issuer {
  readonly renewMs = undefined;
  readonly #file: string;
  readonly #idOf: (account: Account) => string;
  readonly #token: ((account: Account) => string) | undefined;

  constructor(spec: RowsSpec) {
    this.#file = spec.file;
    this.#idOf = idOfRow('identity.users.user', spec.user);
    this.#token = spec.token === undefined ? undefined : tokenOfRow(spec.token);
  }

  issue(account: Account): Issued {
    const userId = this.#idOf(account);
    // A row may hold more than the token that `send` shows.
    for (const [name, value] of Object.entries(account.row ?? {}))
      if (typeof value === 'string' && isSecretName(name)) hideToken(value);
    const token = this.#token?.(account);
    if (token === undefined) return { userId };
    if (!token.startsWith('eyJ')) hideSecret(token);
    const claims = claimsIn(token);
    return { userId, token, ...(claims ? { claims } : {}) };
  }

  async wrong(fault: TokenFault, _account: Account, right: Issued): Promise<Issued | undefined> {
    return wrongForeign(fault, right);
  }

  describe(): string {
    return this.#token ? `tokens from ${this.#file}` : `users from ${this.#file}`;
  }
}

function tokenOfRow(written: WrittenExpression): (account: Account) => string {
  const read = compileExpression(written, 'identity');
  return ({ number, row = {} }) => {
    const token = idOf(read({ number, row }));
    if (token !== undefined) return token;
    throw new UserError(
      `identity.users.token: ${written} gives no token for row ${number}, which has the columns ` +
        `${Object.keys(row).join(', ')}. Name the column that holds the token, such as row.token.`,
    );
  };
}
