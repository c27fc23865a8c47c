import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type Finding, proof } from '../checks/check.ts';
import { cut } from '../checks/evidence.ts';
import type { Ledger, MeetingState, Roster } from '../checks/ledger.ts';
import { NO_ROSTER, VANISHED } from '../checks/membership.ts';
import { counted } from '../kernel/figures.ts';
import { proxyTo, type Via } from '../kernel/reach.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import { RoomPage } from '../participants/room-page.ts';
import type { Probe } from './steady-state.ts';

export interface VisitorOptions {
  readonly browser: Browser;
  readonly identity: Identity;
  readonly meetingId: string;
  /** The service, which has the web client. */
  readonly url: string;
  /** The path of the link that connections take; without it, they go directly. */
  readonly via?: Via | undefined;
  readonly ledger: Ledger;
  /** The timeout of each action in the page. */
  readonly timeoutMs: number;
}

/** A participant of an experiment in a real page, which records its actions and the content of the page. */
export class Visitor {
  readonly userId: string;
  readonly page: Page;
  readonly room: RoomPage;
  readonly #options: VisitorOptions;
  readonly #context: BrowserContext;
  readonly #errors: string[] = [];

  private constructor(options: VisitorOptions, context: BrowserContext, page: Page) {
    this.#options = options;
    this.userId = options.identity.userId;
    this.#context = context;
    this.page = page;
    this.room = new RoomPage(page, options.timeoutMs);
    page.on('pageerror', (error) => this.#errors.push(error.message));
    page.on('crash', () => this.#errors.push('the page crashed'));
  }

  static async open(options: VisitorOptions): Promise<Visitor> {
    const context = await options.browser.newContext(proxyTo(options.via));
    return new Visitor(options, context, await context.newPage());
  }

  /** Follows the invitation, joins, and sees the room with its roster. */
  async arrive(): Promise<void> {
    const { url, meetingId, identity } = this.#options;
    await this.room.open({ url, meetingId, userId: identity.userId, token: identity.token });
    await this.#noted('meeting.join', () => this.room.join(identity));
  }

  /**
   * Raises the hand if the page shows it down, otherwise lowers it; returns whether the page showed the change in
   * time.
   */
  async moveHand(withinMs = this.#options.timeoutMs): Promise<boolean> {
    const own = (await this.room.people()).find(({ userId }) => userId === this.userId);
    const room = this.room.patient(withinMs);
    return own?.handRaised
      ? this.#noted('hand.lower', () => room.lowerHand())
      : this.#noted('hand.raise', () => room.raiseHand());
  }

  /** Writes what the page shows of the meeting into the ledger; `status` is what the service's state has to be. */
  async recordView(status: string): Promise<void> {
    const state: MeetingState = { status, roster: await this.room.people() };
    this.#options.ledger.add({ who: this.userId, type: 'state', source: 'view', state });
  }

  /** The tab is closed without leaving. */
  async closeTab(): Promise<void> {
    this.#options.ledger.add({ who: 'experiment', type: 'mark', name: VANISHED, value: this.userId });
    await this.page.close({ runBeforeUnload: false });
  }

  /** Exceptions that nothing in the page caught, and crashes. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** If a page refuses or does not finish, it is unclear whether the service did the call. */
  async #noted(op: string, act: () => Promise<string | undefined>): Promise<boolean> {
    const answered = this.#options.ledger.invoke({ who: this.userId, op });
    try {
      const refusal = await act();
      answered(refusal === undefined ? 'ok' : 'error', refusal);
      return refusal === undefined;
    } catch {
      answered('timeout');
      return false;
    }
  }
}

/** Every page shows that it is connected. */
export function pagesConnected(visitors: readonly Visitor[]): Probe {
  return {
    name: 'every page is connected',
    tolerance: `${visitors.length} of ${visitors.length}`,
    async ask() {
      const states = await Promise.all(visitors.map(({ room }) => room.connection()));
      return { ok: states.every((state) => state === 'connected'), value: states };
    },
  };
}

/** Every page shows the roster that the service has, hands included. */
export function pagesAgree(visitors: readonly Visitor[], serviceState: () => Promise<MeetingState>): Probe {
  const picture = (roster: Roster) =>
    roster.map(({ userId, handRaised }) => `${userId}${handRaised ? ' ✋' : ''}`).sort();
  return {
    name: 'every page shows the service’s roster',
    tolerance: 'equal, hands included',
    async ask() {
      const { roster } = await serviceState();
      if (!roster) return { ok: true, value: NO_ROSTER };
      const wanted = picture(roster).join();
      const shown = await Promise.all(visitors.map(({ room }) => room.people()));
      const differing = shown.filter((roster) => picture(roster).join() !== wanted);
      return { ok: differing.length === 0, value: { differing: differing.map(picture) } };
    },
  };
}

/** A page has no uncaught exception under any network condition. */
export function noErrors(visitors: readonly Visitor[]): Finding {
  const evidence = visitors.flatMap(({ userId, errors }) => errors.map((error) => `${userId}: ${error}`));
  return {
    check: 'no page has an error of its own',
    verdict: visitors.length === 0 ? 'inconclusive' : evidence.length === 0 ? 'passed' : 'failed',
    message: counted(visitors.length, 'page'),
    evidence: cut(evidence),
  };
}

/** Proves that the loss of all pages together lies within the interval of what was set. */
export function lossIsReal(what: string, setPercent: number, achieved: readonly AchievedLoss[]): Finding {
  const sum = (read: (one: AchievedLoss) => number) => achieved.reduce((total, one) => total + read(one), 0);
  const { percent, lost, of, intervalPercent, agrees } = achievedLoss(
    setPercent,
    sum((one) => one.lost),
    sum((one) => one.of),
  );
  const [low, high] = intervalPercent.map((bound) => bound.toFixed(1));
  return proof(
    `the fault was real: ${setPercent} % of ${what} lost`,
    agrees,
    `achieved ${percent?.toFixed(1) ?? '–'} %, ${lost} of ${of}; 99.9 % interval ${low} to ${high} %`,
  );
}
