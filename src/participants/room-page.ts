import type { Locator, Page } from '@playwright/test';
import type { NetworkAdvice, NetworkQuality } from '../meetings/meeting.ts';

/**
 * The web client of the service as a person sees it. Only this file knows its elements: to drive another client, replace
 * it. If the other client sets no marks, page.join, page.hand-visible and page.reconnect have no figures.
 */

/** The marks that the page writes into its performance timeline. */
export const marks = {
  joinClicked: 'room:join-clicked',
  /** The user is in the room, and the roster is on the screen. */
  painted: 'room:painted',
  /** A raised hand is on the screen; `detail.userId` is its user. */
  handVisible: 'room:hand-visible',
  connectionLost: 'room:connection-lost',
  /** The user is in the room again, and the current roster is on the screen. */
  reconnected: 'room:reconnected',
} as const;

/** The figures of the page's WebRTC audio: rtt and jitter in ms, loss in percent. */
export interface AudioFigures {
  readonly rtt?: number | undefined;
  readonly jitter?: number | undefined;
  readonly loss?: number | undefined;
}

/** The latest measurement of the page, its report, and the advice that it received. */
export interface RoomNetwork {
  /** media: measured with the packets of the audio connections; service: measured with the answers of the service. */
  readonly source: 'media' | 'service';
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  /** Packets to the page in the last seconds. */
  readonly packets: { readonly received: number; readonly lost: number };
  /** `atMs` is a time of the page's clock. */
  readonly report?: NetworkQuality & { readonly atMs: number };
  readonly advice?: NetworkAdvice;
}

export interface Invitation {
  /** The service's HTTP address. */
  readonly url: string;
  readonly meetingId: string;
  /** Undefined if the service needs no token. */
  readonly token: string | undefined;
}

/** The message of the page if it refuses an action; undefined if it performs the action. */
export type Refusal = string | undefined;

/** The meeting room of one user. Its methods reject like those of Playwright: after a timeout, or if the page is gone. */
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
    // The message about a lost connection is no refusal: the action goes over HTTP, and may succeed.
    this.#message = page.getByRole('alert').and(page.locator(':not(#connection-message)'));
  }

  /** The same room with another timeout for each action. */
  patient(timeoutMs: number): RoomPage {
    return new RoomPage(this.#page, timeoutMs);
  }

  /** Whether the service has this web client at its address. Rejects if the page cannot be opened. */
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
    // Browsers do not send the fragment.
    const fragment = token === undefined ? '' : `#token=${token}`;
    await this.#page.goto(`${url}/?meeting=${meetingId}${fragment}`, { timeout: this.#timeout });
    await this.#join.waitFor({ timeout: this.#timeout });
  }

  /** Clicks, and waits until the roster with this user is on the screen. */
  async join(userId: string): Promise<Refusal> {
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

  /** The users in the roster of the page, in its order, with their hands. */
  people(): Promise<{ userId: string; handRaised: boolean }[]> {
    return this.#people.evaluateAll((items) =>
      items.map((item) => ({
        userId: item.getAttribute('data-user-id') ?? '',
        handRaised: item.querySelector('.raised:not([hidden])') !== null,
      })),
    );
  }

  /** The state of the connection that the page shows: `connected`, `reconnecting`, `offline`, …; empty if it shows no state. */
  async connection(): Promise<string> {
    const status = this.#page.getByRole('status', { name: 'Connection' });
    return (await status.getAttribute('data-state', { timeout: this.#timeout })) ?? '';
  }

  /** Undefined outside a room, and if the page does not report its network. */
  network(): Promise<RoomNetwork | undefined> {
    return this.#page.evaluate('window.meetingRoom?.network?.()');
  }

  /** Whether the page shows that it uses audio only, and the advised bitrate that it shows. */
  async advised(): Promise<{ audioOnly: boolean; bitrate: string }> {
    const bitrate = this.#page.locator('div', {
      has: this.#page.getByText('Advised bitrate', { exact: true }),
    });
    return {
      audioOnly: await this.#page.getByRole('status', { name: 'Audio only' }).isVisible(),
      bitrate: (await bitrate.last().getByRole('definition').textContent({ timeout: this.#timeout })) ?? '',
    };
  }

  /** The words that the page shows about its audio; empty if it shows nothing. */
  async audioWords(): Promise<string> {
    const status = this.#page.getByRole('status', { name: 'Audio', exact: true });
    return (await status.textContent({ timeout: this.#timeout })) ?? '';
  }

  /** Undefined while the page has no audio link. */
  async audio(): Promise<AudioFigures | undefined> {
    const network = await this.network();
    // Without audio, the page measures the answers of the service.
    if (network?.source !== 'media') return undefined;
    return { rtt: network.rttMs, jitter: network.jitterMs, loss: network.lossPercent };
  }

  /** Clicks a button that is replaced by another one, and waits for the other. */
  async #turn(button: Locator, other: Locator): Promise<Refusal> {
    // An earlier click may have taken effect after its timeout.
    if (await other.isVisible()) return undefined;
    await button.click({ timeout: this.#timeout });
    return this.#shows(other);
  }

  #person(userId: string): Locator {
    return this.#people.and(this.#page.locator(`[data-user-id="${userId}"]`));
  }

  /** Waits for the wanted element or for a message of the page. */
  async #shows(wanted: Locator): Promise<Refusal> {
    await wanted.or(this.#message).first().waitFor({ timeout: this.#timeout });
    return (await wanted.isVisible()) ? undefined : ((await this.#message.first().textContent()) ?? '');
  }
}

/**
 * Waits in the page for a mark in its timeline. Playwright's `waitForFunction` would load its selectors a second time,
 * into the page's own world, and poll in every frame: about 1 MB and CPU time for each participant.
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
