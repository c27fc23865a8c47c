import type { Ledger } from '../checks/ledger.ts';
import { VANISHED } from '../checks/membership.ts';
import type { Random } from '../kernel/random.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Offers } from '../meetings/offers.ts';
import type { Outcome } from '../timings/outcome.ts';
import { Participant } from './participant.ts';

export interface Recording {
  readonly contract: Contract;
  /** The answer that has the roster, and whether the roster has the hands. */
  readonly offers: Pick<Offers, 'roster' | 'hand'>;
  /** Users whom the harness has in the meeting to read the roster: they are in no view. */
  ignores?(userId: string): boolean;
  /** The name of this user, and the names of all users by their ids, if each connection has a new id. */
  readonly naming?: { readonly name: string; readonly names: Map<string, string> } | undefined;
}

/** The common part of recorded participants: methods without a record call the driver directly. */
export abstract class Recorder<
  Driver extends Participant & { disconnect(): Promise<void> },
> extends Participant {
  protected readonly driver: Driver;
  protected readonly ledger: Ledger;
  protected readonly recording: Recording;

  constructor(driver: Driver, ledger: Ledger, recording: Recording) {
    super();
    this.driver = driver;
    this.ledger = ledger;
    this.recording = recording;
  }

  /** The id of the user, or the name if the id changes with each connection. */
  get userId(): string {
    return this.recording.naming?.name ?? this.driver.userId;
  }

  get meetingId(): string {
    return this.driver.meetingId;
  }

  get random(): Random {
    return this.driver.random;
  }

  can(operation: string): boolean {
    return this.driver.can(operation);
  }

  connect(): Promise<Outcome> {
    return this.driver.connect();
  }

  expectEvent(name: string, options: { readonly withinMs: number }): Promise<Outcome> {
    return this.driver.expectEvent(name, options);
  }

  think(rangeMs: readonly [number, number]): Promise<boolean> {
    return this.driver.think(rangeMs);
  }

  /** Goes away for good without leaving, like a closed laptop or a closed tab. */
  async vanish(): Promise<void> {
    this.ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.driver.disconnect();
  }

  /** The event that the others in the room get of the operation, or null. */
  protected causeOf(operation: string): string | null {
    return this.recording.contract.operations.get(operation)?.causes ?? null;
  }
}
