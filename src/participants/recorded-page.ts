import type { Page } from '@playwright/test';
import type { Answer } from '../meetings/answer.ts';
import { type BrowserParticipant, isPageAction } from './browser-participant.ts';
import type { PageProblems } from './page/problems.ts';
import type { Participant } from './participant.ts';
import { Recorder } from './recorder.ts';
import type { RoomPage } from './room-page.ts';

/** A participant of an experiment in a page of the browser. Its calls are in the ledger, and on request what its page shows. */
export interface RecordedPage extends Participant {
  /** The page, for conditions and assertions. */
  readonly page: Page;
  /**
   * What the page shows of its meeting.
   * @internal
   */
  readonly room: RoomPage;
  /**
   * Mistakes of the page's scripts and requests.
   * @internal
   */
  readonly problems: PageProblems;
  /** Calls an operation: by a click where the page has one, otherwise as a call with the token of its user. */
  call(operation: string, input?: unknown, withinMs?: number): Promise<Answer>;
  /** Raises the hand if the page shows it down, otherwise lowers it. Returns whether the page showed the change in time. */
  moveHand(withinMs?: number): Promise<boolean>;
  /** Closes the tab for good without leaving. */
  vanish(): Promise<void>;
  /** Writes the roster of the page into the ledger. A page shows no status: `status` is the status of the service. */
  recordView(status: string): Promise<void>;
}

/** A participant in a page. It records its calls, and on request the roster that the page shows. */
export class PageRecorder extends Recorder<BrowserParticipant> implements RecordedPage {
  get page(): Page {
    return this.driver.page;
  }

  get room(): RoomPage {
    return this.driver.room;
  }

  get problems(): PageProblems {
    return this.driver.problems;
  }

  /**
   * Calls the operation and records it. If a page refuses a click or does not finish it, it is unclear whether the
   * service did the call: the record is `error` with the message of the page, or `timeout`.
   */
  async call(operation: string, input?: unknown, withinMs?: number): Promise<Answer> {
    // The page enters the room and reports its network by itself. It sends no other message for a journey.
    const isByPage = operation === 'room.enter' || operation === 'network.report';
    if (isByPage || !(isPageAction(operation) || this.can(operation))) return this.driver.call(operation);
    const causes = this.causeOf(operation);
    const answered = this.ledger.invoke({ who: this.userId, op: operation, value: input, causes });
    const answer = await this.driver.call(operation, input, withinMs);
    const { outcome, cause, retryAfter } = answer;
    if (outcome === 'ok') answered('ok');
    else if (!isPageAction(operation)) answered(outcome, retryAfter && { retryAfter });
    else if (cause === undefined) answered('timeout');
    else answered('error', cause);
    return answer;
  }

  /** Raises the hand if the page shows it down, otherwise lowers it. Returns whether the page showed the change in time. */
  async moveHand(withinMs?: number): Promise<boolean> {
    const own = (await this.room.people()).find(({ userId }) => userId === this.userId);
    const operation = own?.handRaised ? 'hand.lower' : 'hand.raise';
    return (await this.call(operation, undefined, withinMs)).outcome === 'ok';
  }

  /** Writes the roster of the page into the ledger. A page shows no status: `status` is the status of the service. */
  async recordView(status: string): Promise<void> {
    const state = { status, roster: await this.room.people() };
    this.ledger.add({ who: this.userId, type: 'state', source: 'view', state });
  }
}
