import type { Account, Issued, Issuer } from './account.ts';

/** The service asks for no identity: it calls users what it likes. */
export class NoIssuer implements Issuer {
  readonly renewMs = undefined;

  issue({ name }: Account): Issued {
    return { userId: name };
  }

  async wrong(): Promise<undefined> {
    return undefined;
  }

  describe(): string {
    return 'no identity: the service asks for none';
  }
}
