import { UserError } from '../../kernel/errors.ts';
import { compileExpression, type WrittenExpression } from '../contract/expressions.ts';
import type { Account } from './account.ts';
import { called, idOf } from './written.ts';

/** The id of the user that a row or a number is. */
export function idOfRow(where: string, written: WrittenExpression): (account: Account) => string {
  const read = compileExpression(written, 'identity');
  return ({ number, row }) => {
    const id = idOf(read({ number, row }));
    if (id !== undefined) return id;
    const found = row
      ? `row ${number}, which has the columns ${Object.keys(row).join(', ')}`
      : `number ${number}`;
    throw new UserError(
      `${where}: ${called(written)} gives no id for ${found}. Name the column that holds the id, such as row.id.`,
    );
  };
}
