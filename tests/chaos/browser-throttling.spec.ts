import type { Request } from '@playwright/test';
import { contractPings, test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { serves } from '../../src/experiments/probes.ts';
import { noErrors, pagesAgree, pagesConnected, type Visitor } from '../../src/experiments/visitor.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { type CdpConditions, cdpConditions, throttle } from '../../src/network/page/index.ts';
import { loadProfile, profileNames } from '../../src/network/profiles/index.ts';
import { plainTable } from '../../src/reporters/table.ts';

/** Pages at a time, each under a profile of its own. */
const AT_ONCE = 4;
/** Beyond what the line itself takes. */
const SLACK_MS = 5000;

interface Moved {
  readonly profile: string;
  readonly conditions: CdpConditions;
  /** From the click to the hand on the own page; null when it did not come. The room's event may be quicker than the answer. */
  readonly shownMs: number | null;
  /** From the click to the end of the request; null when it did not come. */
  readonly answeredMs: number | null;
  readonly impaired: number | null;
  readonly requests: number;
}

test.use({ chaosSettings: contractPings });

test.describe('Does a page work over every kind of line, as Chromium imitates it?', () => {
  const profiles = profileNames();

  test(`one hand over each of ${profiles.length} network profiles`, async ({ laboratory, visitors }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(50);
    const pages = await visitors.open(id, AT_ONCE);
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => people.serviceState(id));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), agree], 10_000);

    const moved: Moved[] = [];
    const restored = experiment.damaged('the lines of the pages are throttled');
    await experiment.act('each page moves its hand over one line after the other', async () => {
      const left = [...profiles];
      await Promise.all(
        pages.map(async (visitor) => {
          for (let profile = left.shift(); profile !== undefined; profile = left.shift())
            moved.push(await moveOver(visitor, profile));
        }),
      );
    });
    restored();
    experiment.fact('recovery time, ms', await experiment.steadyAgain(40_000));

    const ms = (value: number | null) => (value === null ? 'never' : `${Math.round(value)} ms`);
    const rows = moved.map(({ profile, conditions, shownMs, answeredMs, impaired, requests }) => [
      profile,
      ms(conditions.latencyMs ?? 0),
      ms(answeredMs),
      ms(shownMs),
      `${impaired ?? '?'} of ${requests}`,
    ]);
    const head = ['profile', 'set latency', 'request answered', 'hand shown', 'requests impaired'];
    const table = plainTable([head, ...rows]);
    experiment.fact('profiles', table.map((row) => `\n      ${row}`).join(''));
    const lossy = moved.filter(({ conditions }) => (conditions.packetLossPercent ?? 0) > 0);
    experiment.fact(
      'not imitated',
      `the packet loss of ${lossy.length} profiles (Chromium loses packets of WebRTC only), and the latency of WebSocket frames (of the connect only)`,
    );
    experiment.find(throttlingIsReal(moved));
    experiment.find({
      check: 'the hand is shown over every line',
      verdict: moved.every(({ shownMs }) => shownMs !== null) ? 'passed' : 'failed',
      says: `${moved.filter(({ shownMs }) => shownMs !== null).length} of ${moved.length}`,
      evidence: moved.flatMap(({ profile, shownMs }) => (shownMs === null ? [profile] : [])),
    });
    const { status } = await people.serviceState(id);
    for (const page of pages) await page.tellView(status);
    experiment.judge(check('roster is true'), check('acknowledged is done'), check('views agree'));
    experiment.find(noErrors(pages));
    await conclude();
  });
});

async function moveOver(visitor: Visitor, profile: string): Promise<Moved> {
  const conditions = cdpConditions(loadProfile(profile));
  const withinMs = 2 * (conditions.latencyMs ?? 0) + SLACK_MS;
  await using throttled = await throttle(visitor.page, conditions);
  const startedAt = clock.now();
  const sinceClick = () => clock.now() - startedAt;
  const isHand = (request: Request) => request.url().includes('/hand/');
  const answered = visitor.page
    .waitForEvent('requestfinished', { predicate: isHand, timeout: withinMs })
    .then(sinceClick, () => null);
  const shownMs = (await visitor.moveHand(withinMs)) ? sinceClick() : null;
  return { profile, conditions, shownMs, answeredMs: await answered, ...(await throttled.achieved()) };
}

/** No request was quicker than the latency that was set, and the browser says of each request that it impaired it. */
function throttlingIsReal(moved: readonly Moved[]) {
  const evidence = moved.flatMap(
    ({ profile, conditions: { latencyMs = 0 }, answeredMs, impaired, requests }) => {
      const wrong = [
        ...(answeredMs !== null && answeredMs < latencyMs * 0.9
          ? [`${Math.round(answeredMs)} ms, though ${Math.round(latencyMs)} ms were set`]
          : []),
        ...(impaired !== null && impaired < requests
          ? [`only ${impaired} of ${requests} requests impaired`]
          : []),
      ];
      return wrong.map((what) => `${profile}: ${what}`);
    },
  );
  return {
    check: 'the fault was real: every line is as slow as it was set',
    verdict: evidence.length === 0 && moved.length > 0 ? 'passed' : 'unknown',
    says: `${moved.length} profiles (Chromium's throttling of requests)`,
    evidence,
  } as const;
}
