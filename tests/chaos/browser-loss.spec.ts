import { test } from '../../fixtures/index.ts';
import { acknowledgedIsDone, noUserTwice, rosterIsTrue, viewsAgree } from '../../src/checks/catalogue.ts';
import type { Cohort } from '../../src/experiments/cohort.ts';
import { lossIsReal, noErrors, pagesAgree, pagesConnected } from '../../src/experiments/page-checks.ts';
import type { Plan } from '../../src/experiments/plan.ts';
import { serves } from '../../src/experiments/probes.ts';
import { impairRequests } from '../../src/network/page/http-route.ts';
import { impairFrames } from '../../src/network/page/ws-frames.ts';
import type { RecordedPage } from '../../src/participants/recorded-page.ts';

const LOSS_PERCENT = 30;
/** Each page sends sound to all others: with 5 pages, two processors have about three times as many streams. */
const PAGES = 3;
/** Changes of each hand: the contract allows 20 in a minute. */
const MOVES = 10;
/** A page notices lost frames at the next overdue ping or when it reads the whole state: after 30 s at the latest. */
const TRUE_AGAIN_WITHIN_MS = 40_000;

test.describe('What does a page show of a meeting when part of its traffic is lost?', () => {
  test(`${PAGES} pages, ${LOSS_PERCENT} % of their HTTP requests, by route`, async ({
    experiment,
    browserParticipants,
  }) => {
    const { cohort, seed } = experiment;
    const meetingId = await cohort.meeting(20);
    const pages = await browserParticipants.open(meetingId, PAGES);
    await Promise.all(pages.map((page) => page.arrive()));
    let conditions: Awaited<ReturnType<typeof impairRequests>>[] = [];
    const options = { lossPercent: LOSS_PERCENT, url: /\/api\// };
    await experiment.run({
      ...pagesHeal(cohort, meetingId, pages),
      fault: {
        damage: 'HTTP requests of the pages are lost',
        inject: {
          [`${LOSS_PERCENT} % of the pages’ requests are lost`]: async () => {
            const impair = ({ page }: RecordedPage, position: number) =>
              impairRequests(page, { seed: `${seed}-${position}`, ...options });
            conditions = await Promise.all(pages.map(impair));
          },
        },
        undo: () => Promise.all(pages.map(({ page }) => page.unrouteAll())),
        during: {
          'hands go up and down': () =>
            Promise.all(
              pages.map(async (page) => {
                for (let move = 0; move < MOVES; move++) await page.moveHand();
              }),
            ),
        },
        async prove() {
          const achieved = await Promise.all(conditions.map((condition) => condition.achieved()));
          const loss = achieved.map((one) => one.loss);
          return lossIsReal('HTTP requests of pages (application)', LOSS_PERCENT, loss);
        },
        heal: {
          'nothing is lost any more': () => Promise.all(conditions.map((condition) => condition.undo())),
        },
      },
    });
  });

  test(`${PAGES} pages, ${LOSS_PERCENT} % of their WebSocket messages, by routeWebSocket`, async ({
    experiment,
    browserParticipants,
  }) => {
    const { cohort, seed } = experiment;
    const meetingId = await cohort.meeting(20);
    const [elsewhere] = await cohort.arrive(meetingId, 1);
    const pages = await browserParticipants.open(meetingId, PAGES);
    // Sockets opened from now on can be impaired. Nothing is impaired until the loss begins.
    const state = { isLossy: false };
    const impair = ({ page }: RecordedPage, position: number) =>
      impairFrames(page, {
        seed: `${seed}-${position}`,
        up: { lossPercent: LOSS_PERCENT },
        down: { lossPercent: LOSS_PERCENT },
        // Only messages: without pings the connection would end, which is another experiment.
        frames: (frame) => state.isLossy && /^4[2-4]/.test(frame.toString()),
      });
    const conditions = await Promise.all(pages.map(impair));
    await Promise.all(pages.map((page) => page.arrive()));
    await experiment.run({
      ...pagesHeal(cohort, meetingId, pages),
      fault: {
        damage: 'WebSocket messages of the pages are lost',
        inject: {
          [`${LOSS_PERCENT} % of the pages’ messages are lost, each way`]: async () => {
            state.isLossy = true;
          },
        },
        undo: () => Promise.all(conditions.map((condition) => condition.undo())),
        during: {
          'a hand goes up and down elsewhere': async () => {
            for (let move = 0; move < 2 * Math.floor(MOVES * 0.8); move++)
              await (move % 2 === 0 ? elsewhere!.raiseHand() : elsewhere!.lowerHand());
          },
          'each page moves its hand': () => Promise.all(pages.map((page) => page.moveHand())),
        },
        async prove() {
          const achieved = await Promise.all(conditions.map((condition) => condition.achieved()));
          const loss = achieved.flatMap(({ up, down }) => [up.loss, down.loss]);
          return lossIsReal('WebSocket messages of pages (frames)', LOSS_PERCENT, loss);
        },
        heal: {
          'nothing is lost any more': async () => {
            state.isLossy = false;
          },
        },
      },
    });
  });
});

/** After the loss, every page must show the real state again by itself. */
function pagesHeal(cohort: Cohort, meetingId: string, pages: readonly RecordedPage[]): Omit<Plan, 'fault'> {
  return {
    steady: [
      serves(cohort, meetingId),
      pagesConnected(pages),
      pagesAgree(pages, () => cohort.serviceState(meetingId)),
    ],
    steadyWithinMs: 10_000,
    recoverWithinMs: TRUE_AGAIN_WITHIN_MS,
    settleMs: 0,
    compare: [{ meetingId, views: pages }],
    checks: [rosterIsTrue(), noUserTwice(), acknowledgedIsDone(), viewsAgree()],
    findings: () => [noErrors(pages)],
  };
}
