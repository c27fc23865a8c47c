import { UserError } from '../../kernel/errors.ts';
import { compileExpression, type WrittenExpression } from '../expressions.ts';
import type { Account, Row } from './account.ts';
import { readRows } from './rows-file.ts';
import type { IdentitySpec } from './schema.ts';
import { called, idOf } from './written.ts';

/** The part of the accounts for this process, out of `of` parts; `index` counts from 0. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

interface Place {
  readonly number: number;
  readonly row?: Row;
}

/**
 * The existing accounts, each for one participant at a time. Each of several processes has every `of`-th account, so no
 * account belongs to two processes.
 */
export class Accounts {
  readonly #free: Place[];
  readonly #all: number;
  readonly #where: string;
  readonly #part: Part;

  /** `where` is their place in the contract file: `identity.login.users`. */
  constructor(where: string, all: readonly Place[], part: Part) {
    this.#where = where;
    this.#all = all.length;
    this.#part = part;
    this.#free = all.filter((_, position) => position % part.of === part.index);
  }

  /** The number of accounts for all processes together. */
  get count(): number {
    return this.#all;
  }

  /** Takes the account that was released the longest time ago. @throws {UserError} if all are in use */
  take(name: string, inUse: number): Place {
    const place = this.#free.shift();
    if (place) return place;
    const { index, of } = this.#part;
    const ours = of === 1 ? '' : `, ${inUse} of them for process ${index + 1} of ${of}`;
    throw new UserError(
      `${this.#where}: there are ${this.#all} users${ours}, all of them are in use, and "${name}" needs another ` +
        `one: at least ${inUse + 1} are needed${of === 1 ? '' : ' in each process'}. Add users, or let fewer take part at a time.`,
    );
  }

  give(place: Place): void {
    this.#free.push(place);
  }
}

type Users = { readonly first: number; readonly last: number } | { readonly file: string };

/** The accounts of the service; undefined if any name is a user. @throws {UserError} */
export function openAccounts(identity: IdentitySpec, part: Part, folder: string): Accounts | undefined {
  const { jwt, login, users, command } = identity;
  const open = (where: string, existing: Users, id?: WrittenExpression) =>
    new Accounts(where, placesOf(where, existing, { folder, id }), part);
  if (users) return open('identity.users.file', users, users.user);
  if (jwt?.users) return open('identity.jwt.users', jwt.users, jwt.user);
  if (login?.users) return open('identity.login.users', login.users);
  return command?.users && open('identity.command.users', command.users);
}

function placesOf(
  where: string,
  users: Users,
  { folder, id }: { folder: string; id: WrittenExpression | undefined },
): Place[] {
  if ('first' in users)
    return Array.from({ length: users.last - users.first + 1 }, (_, at) => ({ number: users.first + at }));
  const places = readRows(where, users.file, folder).map((row, at) => ({ number: at + 1, row }));
  if (id !== undefined) refuseTwins(where, users.file, places, id);
  return places;
}

/** Two rows with the same user would make two participants one user. Checked before any login if a row has the id. */
function refuseTwins(where: string, file: string, places: readonly Place[], id: WrittenExpression): void {
  const idOfPlace = idOfRow(`${where.slice(0, where.lastIndexOf('.'))}.user`, id);
  const seen = new Map<string, number>();
  for (const place of places) {
    const userId = idOfPlace(place);
    const before = seen.get(userId);
    if (before !== undefined)
      throw new UserError(
        `${where}: rows ${before} and ${place.number} of "${file}" have the same user, "${userId}". Give each user one row.`,
      );
    seen.set(userId, place.number);
  }
}

/** The user id of a row or a number. */
export function idOfRow(
  where: string,
  written: WrittenExpression,
): (account: Pick<Account, 'number' | 'row'>) => string {
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
