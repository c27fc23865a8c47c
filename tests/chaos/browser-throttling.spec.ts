import type { Request } from '@playwright/test';
import { contractPings, test } from '../../fixtures/index.ts';
import { acknowledgedIsDone, rosterIsTrue, viewsAgree } from '../../src/checks/catalogue.ts';
import { foundInTime } from '../../src/checks/check.ts';
import { noErrors, pagesAgree, pagesConnected } from '../../src/experiments/page-checks.ts';
import { serves } from '../../src/experiments/probes.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { type CdpConditions, cdpConditions } from '../../src/network/page/cdp-conditions.ts';
import { throttle } from '../../src/network/page/throttle.ts';
import { loadProfile, profileNames } from '../../src/network/profiles/load.ts';
import type { RecordedPage } from '../../src/participants/recorded-page.ts';

/** The number of pages at a time; each has another profile. */
const AT_ONCE = 4;
/** Added to the time that the profile itself takes. */
const SLACK_MS = 5000;

interface Moved {
  readonly profile: string;
  readonly conditions: CdpConditions;
  /** From the click to the hand on the same page; null if it did not appear. The event may arrive before the answer. */
  readonly shownMs: number | null;
  /** From the click to the end of the request; null if it did not end in time. */
  readonly answeredMs: number | null;
  readonly impaired: number | null;
  readonly requests: number;
}

test.use({ chaosSettings: contractPings });

test.describe('Does a page work over every kind of line, as Chromium imitates it?', () => {
  const profiles = profileNames();

  test(`one hand over each of ${profiles.length} network profiles`, async ({
    experiment,
    browserParticipants,
  }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(50);
    const pages = await browserParticipants.open(meetingId, AT_ONCE);
    await Promise.all(pages.map((page) => page.arrive()));
    const moved: Moved[] = [];
    const left = [...profiles];
    const moveOverOthers = async (participant: RecordedPage) => {
      for (let profile = left.shift(); profile !== undefined; profile = left.shift())
        moved.push(await moveOver(participant, profile));
    };
    await experiment.run({
      steady: [
        serves(cohort, meetingId),
        pagesConnected(pages),
        pagesAgree(pages, () => cohort.serviceState(meetingId)),
      ],
      steadyWithinMs: 10_000,
      fault: {
        damage: 'the lines of the pages are throttled',
        inject: {
          'each page moves its hand over one line after the other': () =>
            Promise.all(pages.map(moveOverOthers)),
        },
      },
      recoverWithinMs: 40_000,
      settleMs: 0,
      compare: [{ meetingId, views: pages }],
      checks: [rosterIsTrue(), acknowledgedIsDone(), viewsAgree()],
      findings() {
        experiment.tableFact('profiles', rowsOf(moved));
        const lossy = moved.filter(({ conditions }) => (conditions.packetLossPercent ?? 0) > 0);
        experiment.fact(
          'not imitated',
          `the packet loss of ${lossy.length} profiles (Chromium loses packets of WebRTC only), and the latency of WebSocket frames (of the connect only)`,
        );
        return [throttlingIsReal(moved), handIsShown(moved), noErrors(pages)];
      },
    });
  });
});

function rowsOf(moved: readonly Moved[]): string[][] {
  const ms = (value: number | null) => (value === null ? 'never' : `${Math.round(value)} ms`);
  const head = ['profile', 'set latency', 'request answered', 'hand shown', 'requests impaired'];
  const rows = moved.map(({ profile, conditions, shownMs, answeredMs, impaired, requests }) => [
    profile,
    ms(conditions.latencyMs ?? 0),
    ms(answeredMs),
    ms(shownMs),
    `${impaired ?? '?'} of ${requests}`,
  ]);
  return [head, ...rows];
}

function handIsShown(moved: readonly Moved[]) {
  const never = moved.filter(({ shownMs }) => shownMs === null);
  const message = `${moved.length - never.length} of ${moved.length}`;
  const evidence = never.map(({ profile }) => profile);
  return foundInTime('the hand is shown over every line', never.length === 0, message, evidence);
}

async function moveOver(participant: RecordedPage, profile: string): Promise<Moved> {
  const conditions = cdpConditions(loadProfile(profile));
  const withinMs = 2 * (conditions.latencyMs ?? 0) + SLACK_MS;
  await using throttled = await throttle(participant.page, conditions);
  const startedAt = clock.now();
  const sinceClick = () => clock.now() - startedAt;
  const isHand = (request: Request) => request.url().includes('/hand/');
  const answered = participant.page
    .waitForEvent('requestfinished', { predicate: isHand, timeout: withinMs })
    .then(sinceClick, () => null);
  const shownMs = (await participant.moveHand(withinMs)) ? sinceClick() : null;
  return { profile, conditions, shownMs, answeredMs: await answered, ...(await throttled.achieved()) };
}

/** Checks that no request was faster than the set latency, and that the browser impaired each request. */
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
    verdict: evidence.length === 0 && moved.length > 0 ? 'passed' : 'inconclusive',
    message: `${moved.length} profiles (Chromium's throttling of requests)`,
    evidence,
  } as const;
}
