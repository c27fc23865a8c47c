import { test } from '../../fixtures/index.ts';
import type { Laboratory } from '../../fixtures/laboratory.ts';
import { check } from '../../src/checks/catalogue.ts';
import { serves } from '../../src/experiments/probes.ts';
import {
  lossIsReal,
  noErrors,
  pagesAgree,
  pagesConnected,
  type Visitor,
} from '../../src/experiments/visitor.ts';
import { impairFrames, impairRequests } from '../../src/network/page/index.ts';

const LOSS_PERCENT = 30;
/** All of them hear each other: two more, and two processors have three times as many streams of sound to carry. */
const PAGES = 3;
/** Of each hand: the contract allows 20 in a minute. */
const MOVES = 10;
/** A page that lost frames notices at the next overdue ping or look at the whole, 30 s at the latest. */
const TRUE_AGAIN_WITHIN_MS = 40_000;

test.describe('What does a page show of a meeting when part of its traffic is lost?', () => {
  test(`${PAGES} pages, ${LOSS_PERCENT} % of their HTTP requests, by route`, async ({
    laboratory,
    visitors,
  }) => {
    const { experiment, people, meeting } = laboratory;
    const id = await meeting(20);
    const pages = await visitors.open(id, PAGES);
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => people.serviceState(id));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), agree], 10_000);

    const { seed } = experiment;
    const restored = experiment.damaged('HTTP requests of the pages are lost');
    const conditions = await experiment.act(
      `${LOSS_PERCENT} % of the pages’ requests are lost`,
      () =>
        Promise.all(
          pages.map(({ page }, position) =>
            impairRequests(page, { seed: `${seed}-${position}`, lossPercent: LOSS_PERCENT, url: /\/api\// }),
          ),
        ),
      () => Promise.all(pages.map(({ page }) => page.unrouteAll())),
    );
    await experiment.act('hands go up and down', async () => {
      await Promise.all(
        pages.map(async (page) => {
          for (let move = 0; move < MOVES; move++) await page.moveHand();
        }),
      );
    });
    const achieved = await Promise.all(conditions.map((condition) => condition.achieved()));
    experiment.find(
      lossIsReal(
        'HTTP requests of pages (application)',
        LOSS_PERCENT,
        achieved.map(({ loss }) => loss),
      ),
    );
    await experiment.act('nothing is lost any more', () =>
      Promise.all(conditions.map((condition) => condition.undo())),
    );
    restored();
    await heals(laboratory, id, pages);
  });

  test(`${PAGES} pages, ${LOSS_PERCENT} % of their WebSocket messages, by routeWebSocket`, async ({
    laboratory,
    visitors,
  }) => {
    const { experiment, people, meeting } = laboratory;
    const id = await meeting(20);
    const [elsewhere] = await people.open(id, 1);
    await elsewhere!.arrive();
    const pages = await visitors.open(id, PAGES);
    // The sockets that are opened from now on can be impaired; nothing is, until the loss begins.
    const state = { isLossy: false };
    const conditions = await Promise.all(
      pages.map(({ page }, position) =>
        impairFrames(page, {
          seed: `${experiment.seed}-${position}`,
          up: { lossPercent: LOSS_PERCENT },
          down: { lossPercent: LOSS_PERCENT },
          // Messages alone: without its pings a connection is dead, and that is another experiment.
          frames: (frame) => state.isLossy && /^4[2-4]/.test(frame.toString()),
        }),
      ),
    );
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => people.serviceState(id));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), agree], 10_000);

    const restored = experiment.damaged('WebSocket messages of the pages are lost');
    await experiment.act(
      `${LOSS_PERCENT} % of the pages’ messages are lost, each way`,
      async () => {
        state.isLossy = true;
      },
      () => Promise.all(conditions.map((condition) => condition.undo())),
    );
    await experiment.act('a hand goes up and down elsewhere', async () => {
      for (let move = 0; move < 2 * Math.floor(MOVES * 0.8); move++)
        await (move % 2 === 0 ? elsewhere!.raiseHand() : elsewhere!.lowerHand());
    });
    await experiment.act('everybody moves their hand', () =>
      Promise.all(pages.map((page) => page.moveHand())),
    );
    const achieved = await Promise.all(conditions.map((condition) => condition.achieved()));
    experiment.find(
      lossIsReal(
        'WebSocket messages of pages (frames)',
        LOSS_PERCENT,
        achieved.flatMap(({ up, down }) => [up.loss, down.loss]),
      ),
    );
    await experiment.act('nothing is lost any more', async () => {
      state.isLossy = false;
    });
    restored();
    await heals(laboratory, id, pages);
  });
});

/** Once nothing is lost any more, every page is true again, by itself. */
async function heals({ experiment, people, conclude }: Laboratory, id: string, pages: readonly Visitor[]) {
  experiment.fact('recovery time, ms', await experiment.steadyAgain(TRUE_AGAIN_WITHIN_MS));

  const { status } = await people.serviceState(id);
  for (const page of pages) await page.tellView(status);
  experiment.judge(
    check('roster is true'),
    check('nobody twice'),
    check('acknowledged is done'),
    check('views agree'),
  );
  experiment.find(noErrors(pages));
  await conclude();
}
