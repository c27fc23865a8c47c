/** One row of a users file: the columns by their names. */
export type Row = Readonly<Record<string, unknown>>;

/** The user of a participant, before any request to the service. */
export interface Account {
  /** The name under which it was opened. */
  readonly name: string;
  /** From 1 for the first row of a file; otherwise a number of the range. Undefined if any name is a user. */
  readonly number?: number;
  readonly row?: Row;
}

/** The credentials that an account shows to the service. */
export interface Issued {
  readonly userId: string;
  readonly token?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly cookies?: Readonly<Record<string, string>>;
}

/** One way to get the credentials of an account. */
export interface Issuer {
  /** @throws {UserError} if the account has none */
  issue(account: Account): Issued | Promise<Issued>;
  /** The renewal interval in ms; undefined: never. */
  readonly renewMs: number | undefined;
  /** A token with exactly one fault; undefined if that cannot be made. Without it, faults are made without the key. */
  wrong?(fault: TokenFault, account: Account, right: Issued): Promise<Issued | undefined>;
  /** For reports, without the part that `Identities.describe` adds: "HS256 tokens signed with JWT_SECRET". */
  describe(): string;
  close?(): Promise<void>;
}

/** An account as errors name it. */
export function accountName({ name, number, row }: Account): string {
  if (row) return `row ${number} of its file`;
  return number === undefined ? `"${name}"` : `user ${number}`;
}

/** The faults of a token, in the order of the tests. */
export const tokenFaults = [
  'forged',
  'unsigned',
  'public-key-as-secret',
  'expired',
  'missing',
  'garbage',
  'wrong-type',
  'wrong-audience',
  'without-user',
] as const;

/** `long-user`: a valid token whose user id is longer than databases expect. */
export type TokenFault = (typeof tokenFaults)[number] | 'long-user';
