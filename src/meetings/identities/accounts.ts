import { UserError } from '../../kernel/errors.ts';
import type { Row } from './account.ts';

/** Which part of the accounts this process has, of `of` parts; `index` counts from 0. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

interface Place {
  readonly number: number;
  readonly row?: Row;
}

/**
 * The accounts that exist, each of which one participant at a time has. Of several processes each has every `of`-th one,
 * so no two have the same.
 */
export class Accounts {
  readonly #free: Place[];
  readonly #all: number;
  readonly #where: string;
  readonly #part: Part;

  /** `where` is how the contract file calls them: `identity.login.users`. */
  constructor(where: string, all: readonly Place[], part: Part) {
    this.#where = where;
    this.#all = all.length;
    this.#part = part;
    this.#free = all.filter((_, position) => position % part.of === part.index);
  }

  static numbered(where: string, first: number, last: number, part: Part): Accounts {
    const numbers = Array.from({ length: last - first + 1 }, (_, position) => ({ number: first + position }));
    return new Accounts(where, numbers, part);
  }

  static ofRows(where: string, rows: readonly Row[], part: Part): Accounts {
    return new Accounts(
      where,
      rows.map((row, position) => ({ number: position + 1, row })),
      part,
    );
  }

  /** How many there are, for all processes together. */
  get count(): number {
    return this.#all;
  }

  /** The one that was given back the longest time ago. @throws {UserError} where all are in use */
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
