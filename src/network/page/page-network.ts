import type { CDPSession, Page } from '@playwright/test';
import { UserError } from '../../kernel/errors.ts';
import { type CdpConditions, toCdp, worstOf } from './cdp-conditions.ts';

/** The conditions of one handle, for the whole page or for matching URLs. */
export interface PageRule {
  readonly conditions: CdpConditions;
  /** A URL pattern. When absent, the rule applies to the whole page and its WebRTC. */
  readonly urlPattern?: string | undefined;
  /** Counts a request that the browser reports as impaired by this rule. */
  readonly onImpaired?: () => void;
  /** Counts every request of the page. */
  readonly onRequest?: () => void;
}

/** `rules`: emulateNetworkConditionsByRule. `page`: the older call, which has no URL patterns and reports no requests. */
export type ThrottlingCall = 'rules' | 'page';

const open = new WeakMap<Page, Promise<PageNetwork>>();

/**
 * The throttling of one page by Chromium. A page has one set of conditions, so all its handles share this object. When the
 * last handle is undone, the throttling ends.
 */
export class PageNetwork {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly call: ThrottlingCall;
  readonly #rules = new Set<PageRule>();
  /** The rules of each id with which Chromium marks a request. */
  readonly #owners = new Map<string, readonly PageRule[]>();
  #change: Promise<void> = Promise.resolve();
  #isOffline = false;

  private constructor(page: Page, session: CDPSession, call: ThrottlingCall) {
    this.#page = page;
    this.#session = session;
    this.call = call;
    session.on('Network.requestWillBeSent', () => {
      for (const { onRequest } of this.#rules) onRequest?.();
    });
    session.on('Network.requestWillBeSentExtraInfo', ({ appliedNetworkConditionsId: id }) => {
      for (const { onImpaired } of this.#owners.get(id ?? '') ?? []) onImpaired?.();
    });
  }

  /** Adds a rule to a page; `remove` removes it. */
  static async add(
    page: Page,
    rule: PageRule,
  ): Promise<{ call: ThrottlingCall; session: CDPSession; remove: () => Promise<void> }> {
    let opening = open.get(page);
    if (!opening) {
      opening = PageNetwork.#open(page);
      open.set(page, opening);
      opening.catch(() => open.delete(page));
    }
    const network = await opening;
    if (rule.urlPattern !== undefined && network.call === 'page') {
      throw new UserError(
        'This browser cannot throttle single URLs. Leave out urlPattern, or use a newer Chromium.',
      );
    }
    network.#rules.add(rule);
    try {
      await network.#apply();
    } catch (error) {
      network.#rules.delete(rule);
      throw error;
    }
    return { call: network.call, session: network.#session, remove: () => network.#remove(rule) };
  }

  static async #open(page: Page): Promise<PageNetwork> {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    try {
      await session.send('Network.emulateNetworkConditionsByRule', { matchedNetworkConditions: [] });
      return new PageNetwork(page, session, 'rules');
    } catch (error) {
      if (!/wasn't found/.test((error as Error).message)) throw error;
      return new PageNetwork(page, session, 'page');
    }
  }

  async #remove(rule: PageRule): Promise<void> {
    this.#rules.delete(rule);
    if (this.#page.isClosed()) return;
    if (this.#rules.size === 0) open.delete(this.#page);
    try {
      await this.#apply();
      if (this.#rules.size === 0) await this.#session.detach();
    } catch (error) {
      // The session ended with its page.
      if (!this.#page.isClosed() && !/closed/i.test((error as Error).message)) throw error;
    }
  }

  /** Changes are applied one after the other, so that the last state wins. */
  #apply(): Promise<void> {
    const applied = this.#change.then(() =>
      this.call === 'rules' ? this.#applyRules() : this.#applyToPage(),
    );
    this.#change = applied.catch(() => undefined);
    return applied;
  }

  async #applyRules(): Promise<void> {
    const rules = [...this.#rules];
    const ofPage = rules.filter(({ urlPattern }) => urlPattern === undefined);
    // The first match wins, so rules with a URL pattern come first. They have the worse of their own and the page's values.
    const entries = rules
      .filter(({ urlPattern }) => urlPattern !== undefined)
      .map((rule) => ({ urlPattern: rule.urlPattern!, owners: [rule, ...ofPage] }));
    if (ofPage.length > 0) entries.push({ urlPattern: '', owners: ofPage });
    const { ruleIds } = await this.#session.send('Network.emulateNetworkConditionsByRule', {
      matchedNetworkConditions: entries.map(({ urlPattern, owners }) => ({
        urlPattern,
        ...toCdp(worstOf(owners.map(({ conditions }) => conditions))),
      })),
    });
    for (const [index, id] of ruleIds.entries()) this.#owners.set(id, entries[index]!.owners);
    await this.#tellPage(worstOf(ofPage.map(({ conditions }) => conditions)).offline ?? false);
  }

  /** Sets `navigator.onLine` and sends its events to the page; the rules do not change these. */
  async #tellPage(offline: boolean): Promise<void> {
    if (offline === this.#isOffline) return;
    this.#isOffline = offline;
    const state = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await this.#session.send('Network.overrideNetworkState', state);
  }

  async #applyToPage(): Promise<void> {
    const conditions = worstOf([...this.#rules].map((rule) => rule.conditions));
    // This call ignores packet loss if nothing else is throttled.
    const needsLatency = (conditions.packetLossPercent ?? 0) > 0 && !conditions.latencyMs;
    await this.#session.send('Network.emulateNetworkConditions', {
      ...toCdp(needsLatency ? { ...conditions, latencyMs: 1 } : conditions),
    });
  }
}
