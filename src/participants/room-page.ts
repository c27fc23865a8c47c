import type { Locator, Page } from '@playwright/test';
import type { NetworkAdvice, NetworkQuality } from '../meetings/meeting.ts';

/**
 * The web client of the service as a person sees it: all that the harness knows of its elements is in this file. To
 * drive another client, replace it. Where that one sets no marks, page.join, page.hand-visible and page.reconnect have
 * no figures; everything else stays.
 */

/** What the page writes into its performance timeline. */
export const marks = {
  joinClicked: 'room:join-clicked',
  /** In the room, and its roster is on the screen. */
  painted: 'room:painted',
  /** A raised hand is on the screen; `detail.userId` is its user. */
  handVisible: 'room:hand-visible',
  connectionLost: 'room:connection-lost',
  /** In the room again, and the present roster is on the screen. */
  reconnected: 'room:reconnected',
} as const;

/** rtt and jitter in ms, loss in percent, as the page's own WebRTC audio has them. */
export interface AudioFigures {
  readonly rtt?: number | undefined;
  readonly jitter?: number | undefined;
  readonly loss?: number | undefined;
}

/** What the page measured of its network last, reported and was advised. */
export interface RoomNetwork {
  /** media: from the packets of its audio connections; service: from the answers of the service alone. */
  readonly source: 'media' | 'service';
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  /** To the page, in its last seconds. */
  readonly packets: { readonly received: number; readonly lost: number };
  /** `atMs` on the page's own clock. */
  readonly report?: NetworkQuality & { readonly atMs: number };
  readonly advice?: NetworkAdvice;
}

export interface Invitation {
  /** The service's HTTP address. */
  readonly url: string;
  readonly meetingId: string;
  readonly userId: string;
  /** Undefined where the service asks for none. */
  readonly token: string | undefined;
}

/** The message of the page when it refuses an action; undefined when it did it. */
export type Refusal = string | undefined;

/** One person's meeting room. Its methods reject as Playwright's do: with a timeout, or when the page is gone. */
export class RoomPage {
  readonly #page: Page;
  readonly #timeout: number;
  readonly #join: Locator;
  readonly #people: Locator;
  readonly #raise: Locator;
  readonly #lower: Locator;
  readonly #leave: Locator;
  readonly #message: Locator;

  constructor(page: Page, timeoutMs: number) {
    this.#page = page;
    this.#timeout = timeoutMs;
    this.#join = page.getByRole('button', { name: 'Join', exact: true });
    this.#people = page.getByRole('list', { name: 'Participants' }).getByRole('listitem');
    this.#raise = page.getByRole('button', { name: /raise hand/i });
    this.#lower = page.getByRole('button', { name: /lower hand/i });
    this.#leave = page.getByRole('button', { name: 'Leave', exact: true });
    // That the connection is lost is no answer: what was asked for goes over HTTP, and may be done all the same.
    this.#message = page.getByRole('alert').and(page.locator(':not(#connection-message)'));
  }

  /** The same room with another timeout for each action. */
  patient(timeoutMs: number): RoomPage {
    return new RoomPage(this.#page, timeoutMs);
  }

  /** Whether the service has this web client at its address. Its rejections are those of a page that cannot be opened. */
  static async isServed(page: Page, url: string, timeoutMs: number): Promise<boolean> {
    const response = await page.goto(`${url}/`, { timeout: timeoutMs });
    if (!response?.ok()) return false;
    const isThere = page.getByLabel('Token').waitFor({ timeout: timeoutMs });
    return isThere.then(
      () => true,
      () => false,
    );
  }

  /** Opens the link of the invitation. */
  async open({ url, meetingId, token }: Invitation): Promise<void> {
    // The fragment, which browsers do not send.
    const fragment = token === undefined ? '' : `#token=${token}`;
    await this.#page.goto(`${url}/?meeting=${meetingId}${fragment}`, { timeout: this.#timeout });
    await this.#join.waitFor({ timeout: this.#timeout });
  }

  /** Clicks, and waits until the roster with the own name is on the screen. */
  async join({ userId }: Pick<Invitation, 'userId'>): Promise<Refusal> {
    await this.#join.click({ timeout: this.#timeout });
    const refusal = await this.#shows(this.#person(userId));
    if (refusal !== undefined) return refusal;
    await this.#page.evaluate(untilMarked, { name: marks.painted, timeoutMs: this.#timeout });
    return undefined;
  }

  raiseHand(): Promise<Refusal> {
    return this.#turn(this.#raise, this.#lower);
  }

  lowerHand(): Promise<Refusal> {
    return this.#turn(this.#lower, this.#raise);
  }

  async leave(): Promise<Refusal> {
    await this.#leave.click({ timeout: this.#timeout });
    await this.#join.waitFor({ timeout: this.#timeout });
    return undefined;
  }

  /** The ids of the users whom the page shows. */
  roster(): Promise<string[]> {
    return this.#people.evaluateAll((items) => items.map((item) => item.getAttribute('data-user-id') ?? ''));
  }

  /** Whom the page shows, in its order, and whose hand is up. */
  people(): Promise<{ userId: string; handRaised: boolean }[]> {
    return this.#people.evaluateAll((items) =>
      items.map((item) => ({
        userId: item.getAttribute('data-user-id') ?? '',
        handRaised: item.querySelector('.raised:not([hidden])') !== null,
      })),
    );
  }

  /** The state of the connection that the page shows: `connected`, `reconnecting`, `offline`, …; empty where it shows none. */
  async connection(): Promise<string> {
    const status = this.#page.getByRole('status', { name: 'Connection' });
    return (await status.getAttribute('data-state', { timeout: this.#timeout })) ?? '';
  }

  /** Undefined outside a room, and where the page does not report it. */
  network(): Promise<RoomNetwork | undefined> {
    return this.#page.evaluate('window.meetingRoom?.network?.()');
  }

  /** Whether the page shows that it is down to audio, and which bitrate it shows as advised. */
  async advised(): Promise<{ audioOnly: boolean; bitrate: string }> {
    const bitrate = this.#page.locator('div', {
      has: this.#page.getByText('Advised bitrate', { exact: true }),
    });
    return {
      audioOnly: await this.#page.getByRole('status', { name: 'Audio only' }).isVisible(),
      bitrate: (await bitrate.last().getByRole('definition').textContent({ timeout: this.#timeout })) ?? '',
    };
  }

  /** What the page shows about its audio, in words; empty where it shows nothing. */
  async audioWords(): Promise<string> {
    const status = this.#page.getByRole('status', { name: 'Audio', exact: true });
    return (await status.textContent({ timeout: this.#timeout })) ?? '';
  }

  /** Undefined while the page has no audio link. */
  async audio(): Promise<AudioFigures | undefined> {
    const network = await this.network();
    // Without audio, the page measures how fast the service answers.
    if (network?.source !== 'media') return undefined;
    return { rtt: network.rttMs, jitter: network.jitterMs, loss: network.lossPercent };
  }

  /** Of two buttons that take each other's place, clicks the one, until there is the other. */
  async #turn(button: Locator, other: Locator): Promise<Refusal> {
    // An earlier click that was given up may have done its work after all.
    if (await other.isVisible()) return undefined;
    await button.click({ timeout: this.#timeout });
    return this.#shows(other);
  }

  #person(userId: string): Locator {
    return this.#people.and(this.#page.locator(`[data-user-id="${userId}"]`));
  }

  /** Waits for what was asked for, or for the page's excuse. */
  async #shows(wanted: Locator): Promise<Refusal> {
    await wanted.or(this.#message).first().waitFor({ timeout: this.#timeout });
    return (await wanted.isVisible()) ? undefined : ((await this.#message.first().textContent()) ?? '');
  }
}

/**
 * Waits in the page for a mark that is or will be in its timeline. Playwright's `waitForFunction` would load its
 * selectors a second time, into the page's own world, and look at every frame: about 1 MB and CPU for each participant.
 */
function untilMarked({ name, timeoutMs }: { name: string; timeoutMs: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = setTimeout(() => reject(new Error(`no mark ${name} within ${timeoutMs} ms`)), timeoutMs);
    const observer = new PerformanceObserver((list) => {
      if (list.getEntriesByName(name).length === 0) return;
      observer.disconnect();
      clearTimeout(over);
      resolve();
    });
    observer.observe({ type: 'mark', buffered: true });
  });
}
