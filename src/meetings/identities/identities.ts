import type { Clock } from '../../kernel/clock.ts';
import { compileExpression, type Expression, type Values } from '../expressions.ts';
import type { Account, Issued, Issuer, TokenFault } from './account.ts';
import { type Accounts, openAccounts, type Part } from './accounts.ts';
import { commandIssuer } from './command.ts';
import { compileSend, type Sender } from './credentials.ts';
import { inWords } from './duration-in-words.ts';
import { wrongForeign } from './foreign-token.ts';
import { Held, Holder, type Identity } from './identity.ts';
import { jwtIssuer } from './jwt.ts';
import { loginIssuer, type OpenContext } from './login.ts';
import { readyIssuer } from './ready.ts';
import { Renewal } from './renewal.ts';
import type { IdentitySpec, SendSpec } from './schema.ts';
import { type Environment, hideSecretsRead } from './written.ts';

export interface IdentitiesOptions {
  readonly identity: IdentitySpec;
  readonly send?: SendSpec | undefined;
  /** Opens the context for a login: at the service, or at another address that the login names. */
  readonly openContext: OpenContext;
  readonly part: Part;
  readonly environment: Environment;
  /** The environment of user commands, without our secrets. */
  readonly commandEnvironment: NodeJS.ProcessEnv;
  /** The folder of the contract file: paths start here, and commands run here. */
  readonly folder: string;
  readonly clock: Clock;
  /** Called after a failed renewal: the user keeps its credentials, and the renewal is repeated. */
  onRenewalFailure?(error: unknown): void;
  /** Default 10 s. */
  readonly commandTimeoutMs?: number;
}

/** @throws {UserError} if a key, a secret or a file cannot be used */
export async function openIdentities(options: IdentitiesOptions): Promise<Identities> {
  hideSecretsRead([options.identity, options.send], options.environment);
  const issuer = await issuerOf(options);
  return new Identities(issuer, openAccounts(options.identity, options.part, options.folder), options);
}

interface Opened {
  readonly account: Account;
  readonly held: Promise<Held>;
  holders: number;
}

/** The users of a service, with their credentials. `openIdentities` creates it. */
export class Identities {
  readonly #issuer: Issuer;
  readonly #accounts: Accounts | undefined;
  readonly #options: IdentitiesOptions;
  readonly #sender: Sender;
  readonly #nameOf: Expression | undefined;
  readonly #opened = new Map<string, Opened>();
  /** Ids that the service gave; our own names are recognised by their prefix. */
  readonly #known = new Set<string>();
  readonly #renewal: Renewal<Held> | undefined;

  constructor(issuer: Issuer, accounts: Accounts | undefined, options: IdentitiesOptions) {
    this.#issuer = issuer;
    this.#accounts = accounts;
    this.#options = options;
    this.#sender = compileSend(options.send);
    const { none } = options.identity;
    this.#nameOf = none?.user === undefined ? undefined : compileExpression(none.user, 'identity');
    if (issuer.renewMs !== undefined)
      this.#renewal = new Renewal<Held>({
        everyMs: issuer.renewMs,
        clock: options.clock,
        renew: async (held) => held.replace(await issuer.issue(held.account)),
        onFailure: (error) => options.onRenewalFailure?.(error),
      });
  }

  /** The number of accounts for all processes together; undefined if any name is a user. */
  get accounts(): number | undefined {
    return this.#accounts?.count;
  }

  /**
   * Opens the user of this name. If the harness signs tokens for any user, the name is the user's id. Otherwise the user
   * gets the next free account, and the same name gets the same account until all have released it.
   * @throws {UserError} if it has no token, or no account is free
   */
  async open(name: string): Promise<Identity> {
    const opened = this.#opened.get(name) ?? this.#take(name);
    opened.holders++;
    const held = await opened.held;
    return new Holder(held, this.#nameOf && this.#learnsId(this.#nameOf), async () =>
      this.#giveBack(opened, held),
    );
  }

  /** Whether the id is a generated name with this prefix, or the id of an account that was opened here. */
  isOurs(userId: string, prefix: string): boolean {
    return this.#known.has(userId) || (this.#namesAreIds && userId.startsWith(prefix));
  }

  /**
   * Credentials with one fault for the user of this name; undefined if they cannot be made. They hold the account until
   * they are released.
   */
  async wrongIdentity(fault: TokenFault, name: string): Promise<Identity | undefined> {
    const right = await this.open(name);
    const held = await this.#opened.get(name)!.held;
    const wrong = await this.#wrong(fault, held).catch(async (error: unknown) => {
      await right.release();
      throw error;
    });
    if (!wrong) {
      await right.release();
      return undefined;
    }
    const faulty = new Held(held.account, wrong, this.#sender, this.#options.environment);
    return new Holder(faulty, undefined, () => right.release());
  }

  /** For reports: "RS256 tokens signed with the key of JWT_KEY_FILE, renewed every 10 min". */
  describe(): string {
    const { renewMs } = this.#issuer;
    const renewed = renewMs === undefined ? '' : `, renewed every ${inWords(renewMs)}`;
    return `${this.#issuer.describe()}${renewed}`;
  }

  /** Ends renewals, logins and commands. */
  async close(): Promise<void> {
    await Promise.all([this.#issuer.close?.(), this.#renewal?.close()]);
  }

  get #namesAreIds(): boolean {
    const { jwt, none } = this.#options.identity;
    return none !== undefined || (jwt !== undefined && jwt.users === undefined);
  }

  async #wrong(fault: TokenFault, { account, issued, userId }: Held): Promise<Issued | undefined> {
    const showsNothing = issued.token === undefined && Object.keys(issued.cookies ?? {}).length === 0;
    if (fault === 'missing') return showsNothing ? undefined : { userId };
    return this.#issuer.wrong ? this.#issuer.wrong(fault, account, issued) : wrongForeign(fault, issued);
  }

  #take(name: string): Opened {
    const account: Account = { name, ...this.#accounts?.take(name, this.#opened.size) };
    const opened: Opened = { account, held: this.#issue(account), holders: 0 };
    this.#opened.set(name, opened);
    return opened;
  }

  async #issue(account: Account): Promise<Held> {
    try {
      // The name is registered before the request, because a failure removes it.
      const issued = await Promise.resolve(account).then((one) => this.#issuer.issue(one));
      const held = new Held(account, issued, this.#sender, this.#options.environment);
      if (!this.#namesAreIds) this.#known.add(held.userId);
      this.#renewal?.add(held);
      return held;
    } catch (error) {
      this.#giveAccountBack(account);
      throw error;
    }
  }

  /** Has no await, because the name may be opened again at any time. */
  #giveBack(opened: Opened, held: Held): void {
    if (--opened.holders > 0) return;
    this.#renewal?.delete(held);
    this.#giveAccountBack(opened.account);
  }

  #giveAccountBack({ name, number, row }: Account): void {
    this.#opened.delete(name);
    if (number !== undefined) this.#accounts?.give({ number, ...(row ? { row } : {}) });
  }

  #learnsId(nameOf: Expression): Expression {
    return (values: Values) => {
      const id = nameOf(values);
      if (typeof id === 'string') this.#known.add(id);
      return id;
    };
  }
}

/** The service asks for no identity and names users itself. */
const noIssuer: Issuer = {
  renewMs: undefined,
  issue: ({ name }) => ({ userId: name }),
  describe: () => 'no identity: the service asks for none',
};

async function issuerOf(options: IdentitiesOptions): Promise<Issuer> {
  const { identity, environment: env, folder, commandEnvironment, openContext } = options;
  const { jwt, login, users, command } = identity;
  if (jwt) return jwtIssuer(jwt, env, folder);
  if (login) return loginIssuer(login, env, openContext);
  if (users) return readyIssuer(users);
  if (!command) return noIssuer;
  const timeoutMs = options.commandTimeoutMs ?? 10_000;
  return commandIssuer(command, { env, commandEnvironment, folder, timeoutMs });
}
