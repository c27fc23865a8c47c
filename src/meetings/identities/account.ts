/** One row of a users file: the columns by their names. */
export type Row = Readonly<Record<string, unknown>>;

/** Whom a participant acts as, before the service was asked. */
export interface Account {
  /** The name under which it was opened. */
  readonly name: string;
  /** From 1 for the first row of a file; a number of the range otherwise. Undefined where any name is a user. */
  readonly number?: number;
  readonly row?: Row;
}

/** What an account shows to the service. */
export interface Issued {
  readonly userId: string;
  readonly token?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly cookies?: Readonly<Record<string, string>>;
}

/** One way to get what an account shows. */
export interface Issuer {
  /** @throws {UserError} where there is no such thing for the account */
  issue(account: Account): Issued | Promise<Issued>;
  /** How often it is got again, in ms; undefined: never. */
  readonly renewMs: number | undefined;
  /** With exactly one fault; undefined where that cannot be made. */
  wrong(fault: TokenFault, account: Account, right: Issued): Promise<Issued | undefined>;
  /** For people, without what `Identities.describe` adds: "HS256 tokens signed with JWT_SECRET". */
  describe(): string;
  close?(): Promise<void>;
}

/** What can be wrong with a token, in the order in which it is tried. */
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

/** `long-user`: the token is good, and its user has an id that is longer than databases expect. */
export type TokenFault = (typeof tokenFaults)[number] | 'long-user';
