import type { Route } from '@playwright/test';
import { rosterIsTrue, viewsAgree } from '../../../src/checks/catalogue.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { Cohort } from '../../../src/experiments/cohort.ts';
import { noErrors, pagesAgree, pagesConnected } from '../../../src/experiments/page-checks.ts';
import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import { systemClock as clock } from '../../../src/kernel/clock.ts';
import type { RecordedPage } from '../../../src/participants/recorded-page.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { accessOf } from '../meetings/access-of.ts';
import { expect, test as roomTest } from '../service/room/room-fixture.ts';

interface Environment {
  readonly cohort: Cohort;
  readonly ledger: Ledger;
  /** A participant in a page, not yet in the meeting. */
  open(meetingId: string): Promise<RecordedPage>;
  /** The calls of the participant in the ledger: operation, kind of answer and outcome. */
  calls(participant: RecordedPage): string[];
}

const test = roomTest.extend<{ environment: Environment }>({
  environment: async ({ url, chromium }, use, testInfo) => {
    if (typeof chromium === 'string') return testInfo.skip(true, chromium);
    const ledger = new Ledger(() => clock.now());
    const prefix = `pages-${process.pid}-${Date.now() % 1e6}`;
    const cohort = new Cohort({
      serviceUrl: url,
      socketUrl: url,
      access: await accessOf(),
      prefix,
      ledger,
      timings: new Timings(clock.now()),
      clock,
      timeoutMs: 30_000,
      offers: { hand: true },
    });
    let opened = 0;
    await use({
      cohort,
      ledger,
      open: async (meetingId) =>
        (await cohort.openInPages(meetingId, [`${prefix}-p${++opened}`], chromium))[0]!,
      calls: ({ userId }) =>
        ledger.entries.flatMap((entry) => {
          if (entry.who !== userId || !('op' in entry) || entry.type === 'invoke') return [];
          return 'outcome' in entry
            ? `${entry.op} ${entry.type} ${entry.outcome}`
            : `${entry.op} ${entry.type}`;
        }),
    });
    await cohort.close();
  },
});

test.describe.configure({ timeout: 120_000 });

test.describe('A recorded participant in a page', () => {
  test('records its calls, and the roster that the page shows', async ({ environment }) => {
    const { cohort, ledger } = environment;
    const meetingId = await cohort.meeting(10);
    const [other] = await cohort.arrive(meetingId, 1);
    const participant = await environment.open(meetingId);
    expect(await participant.arrive()).toBeUndefined();
    expect(await participant.moveHand()).toBe(true);
    await expect.poll(async () => (await participant.room.people()).length).toBe(3);
    const { status } = await cohort.serviceState(meetingId);
    await participant.recordView(status);
    expect(ledger.entries.at(-1)).toMatchObject({
      who: participant.userId,
      type: 'state',
      source: 'view',
      state: {
        status,
        roster: expect.arrayContaining([
          { userId: participant.userId, handRaised: true },
          { userId: other!.userId, handRaised: false },
        ]),
      },
    });
    for (const check of [rosterIsTrue(), viewsAgree()])
      expect(judgeHistory(check, ledger.entries)).toMatchObject({ verdict: 'passed' });
    expect(await participant.moveHand()).toBe(true);
    await participant.leave();
    expect(environment.calls(participant)).toEqual([
      'meeting.join ok',
      'hand.raise ok',
      'hand.lower ok',
      'meeting.leave ok',
    ]);
    await cohort.serviceState(meetingId);
    expect(judgeHistory(rosterIsTrue(), ledger.entries)).toMatchObject({ verdict: 'passed' });
  });

  test('leaves its meeting when its cohort closes, although its page has gone', async ({ environment }) => {
    const { cohort } = environment;
    const participant = await environment.open(await cohort.meeting(10));
    expect(await participant.arrive()).toBeUndefined();
    expect(await cohort.close()).toEqual([]);
  });

  test('runs the journey of a crowd, and records only calls that it makes', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    const mix = { 'network.report': 1, 'meeting.get': 1 };
    expect(await attendMeeting({ actions: 6, thinkMs: [1, 5], mix })(participant)).toBe('completed');
    expect(await participant.enterRoom()).not.toBe('ok');
    const calls = environment.calls(participant);
    expect([calls[0], calls.at(-1)]).toEqual(['meeting.join ok', 'meeting.leave ok']);
    expect(new Set(calls.slice(1, -1))).toEqual(new Set(['meeting.get ok']));
  });

  test('records a refused join as an error with the message of the page', async ({ environment }) => {
    const { cohort, ledger } = environment;
    const meetingId = await cohort.meeting(2);
    await cohort.arrive(meetingId, 1);
    const participant = await environment.open(meetingId);
    expect(await participant.arrive()).toBe('meeting.join');
    expect(await participant.connect()).not.toBe('ok');
    expect(environment.calls(participant)).toEqual(['meeting.join info error']);
    expect(ledger.entries.at(-1)).toMatchObject({ value: expect.stringMatching(/full/i) });
    await cohort.serviceState(meetingId);
    // The refusal leaves open whether the user joined, so the roster is true without the user.
    expect(judgeHistory(rosterIsTrue(), ledger.entries)).toMatchObject({ verdict: 'passed' });
  });

  test('records an unanswered click as a timeout, and the next click as usual', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    await participant.arrive();
    const held: Route[] = [];
    await participant.page.route(/\/hand\//, (route) => void held.push(route));
    expect(await participant.moveHand(500)).toBe(false);
    expect(environment.calls(participant)).toEqual(['meeting.join ok', 'hand.raise info timeout']);
    for (const route of held) await route.continue();
    await participant.page.unrouteAll();
    const isUp = async () => (await participant.room.people()).some(({ handRaised }) => handRaised);
    await expect.poll(isUp).toBe(true);
    expect(await participant.moveHand()).toBe(true);
    expect(environment.calls(participant).at(-1)).toBe('hand.lower ok');
  });

  test('records a join that finds no service as a timeout', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    await participant.page.context().setOffline(true);
    expect(await participant.arrive()).toBe('meeting.join');
    expect(environment.calls(participant)).toEqual(['meeting.join info timeout']);
  });

  test('records a call beside the page with its HTTP outcome', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    expect((await participant.call('meeting.reconnect')).outcome).toMatch(/^http 4/);
    expect(environment.calls(participant)).toEqual([
      expect.stringMatching(/^meeting\.reconnect fail http 4/),
    ]);
  });

  test('records no message that the page cannot send', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    expect((await participant.call('chat.send')).outcome).toBe('aborted');
    expect(environment.calls(participant)).toEqual([]);
  });

  test('vanishes without leaving, and its closed page is not an error', async ({ environment }) => {
    const participant = await environment.open(await environment.cohort.meeting(10));
    await participant.arrive();
    await participant.vanish();
    expect(environment.ledger.entries.at(-1)).toMatchObject({
      type: 'mark',
      name: 'vanished',
      value: participant.userId,
    });
    expect(await participant.raiseHand()).toMatchObject({ outcome: 'aborted' });
    expect(environment.calls(participant)).toEqual(['meeting.join ok', 'hand.raise info timeout']);
    expect(noErrors([participant])).toMatchObject({ verdict: 'passed' });
  });
});

test.describe('The checks of pages', () => {
  test('pass while the pages are connected and show the roster of the service', async ({ environment }) => {
    const { cohort } = environment;
    const meetingId = await cohort.meeting(10);
    const pages = [await environment.open(meetingId), await environment.open(meetingId)];
    for (const page of pages) await page.arrive();
    const agree = pagesAgree(pages, () => cohort.serviceState(meetingId));
    await expect.poll(async () => (await pagesConnected(pages).ask()).ok).toBe(true);
    await expect.poll(async () => (await agree.ask()).ok).toBe(true);
    expect(noErrors(pages)).toMatchObject({ verdict: 'passed', message: '2 pages' });
    expect(noErrors([])).toMatchObject({ verdict: 'inconclusive' });
    await pages[0]!.page.context().setOffline(true);
    const [late] = await cohort.arrive(meetingId, 1);
    await expect.poll(async () => (await agree.ask()).ok).toBe(false);
    await expect.poll(async () => (await pagesConnected(pages).ask()).ok, { timeout: 60_000 }).toBe(false);
    await late!.leave();
  });

  test('find an uncaught exception and a crashed page', async ({ environment }) => {
    const meetingId = await environment.cohort.meeting(10);
    const [broken, crashed] = [await environment.open(meetingId), await environment.open(meetingId)];
    for (const page of [broken, crashed]) await page.arrive();
    await broken.page.evaluate(() => {
      setTimeout(() => {
        throw new Error('planted');
      });
    });
    await crashed.page.goto('chrome://crash').catch(() => undefined);
    await expect
      .poll(() => noErrors([broken, crashed]).evidence)
      .toEqual([`${broken.userId}: planted`, `${crashed.userId}: the page crashed`]);
    expect(noErrors([broken, crashed]).verdict).toBe('failed');
    expect(await crashed.moveHand().catch(() => false)).toBe(false);
  });
});
