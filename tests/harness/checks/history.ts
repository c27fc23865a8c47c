import { type Entry, Ledger } from '../../../src/checks/ledger.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';

/** Builds histories. Each entry takes about 1 ms; `later` adds more time. */
export class History {
  #now = 0;
  readonly #ledger = new Ledger(() => this.#now);

  get entries(): readonly Entry[] {
    return this.#ledger.entries;
  }

  later(ms: number): this {
    this.#now += ms;
    return this;
  }

  call(
    who: string,
    op: string,
    outcome: Outcome = 'ok',
    { input, answer }: { input?: unknown; answer?: unknown } = {},
  ): this {
    this.#now += 1;
    const answered = this.#ledger.invoke({ who, op, value: input });
    this.#now += 1;
    answered(outcome, answer);
    return this;
  }

  received(who: string, event: string, about: string, stamp: string): this {
    this.#now += 1;
    this.#ledger.add({ who, type: 'received', event, about, stamp });
    return this;
  }

  socket(who: string, change: 'attempt' | 'failed' | 'connected' | 'disconnected', reason?: string): this {
    this.#ledger.add({ who, type: 'socket', change, ...(reason ? { reason } : {}) });
    return this;
  }

  /** `roster` is written as `a b! c`: names, with `!` for a raised hand. */
  state(who: string, source: 'service' | 'reconnect' | 'view', roster: string): this {
    this.#now += 1;
    const names = roster.split(' ').filter((name) => name !== '');
    const entries = names.map((name) => ({ userId: name.replace('!', ''), handRaised: name.endsWith('!') }));
    this.#ledger.add({ who, type: 'state', source, state: { status: 'active', roster: entries } });
    return this;
  }

  /** A state of the service without a roster. */
  stateWithoutRoster(who: string, source: 'service' | 'reconnect' | 'view'): this {
    this.#now += 1;
    this.#ledger.add({ who, type: 'state', source, state: { status: 'active' } });
    return this;
  }

  mark(name: string, value?: unknown): this {
    this.#now += 1;
    this.#ledger.add({ who: 'experiment', type: 'mark', name, ...(value === undefined ? {} : { value }) });
    return this;
  }
}
