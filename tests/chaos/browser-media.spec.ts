import { contractPings, test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { MediaLevel, mediaFlows, mediaRows } from '../../src/experiments/media-level.ts';
import { serves } from '../../src/experiments/probes.ts';
import { noErrors, pagesConnected } from '../../src/experiments/visitor.ts';
import { armWebRtc } from '../../src/network/page/index.ts';
import { plainTable } from '../../src/reporters/table.ts';

/**
 * Percent of packets each way; up to and including 70 the contract calls a loss acceptable. Two at a time: more pages
 * whose sound flows are more than two processors carry, and then nobody knows whose doing a missing packet is.
 */
const TURNS = [[0, 10], [30, 70], [80]];
const PAIRS = [0, 1];

// Whoever joins the room again makes the lines of the sound anew.
test.use({ chaosSettings: contractPings });

test.describe('Does a bad line lead to advice, and the advice to another page?', () => {
  test(`sound between pairs of pages, one of each loses ${TURNS.flat().join(', ')} % of the WebRTC packets`, async ({
    laboratory,
    visitors,
  }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const pairs = await Promise.all(PAIRS.map(async () => visitors.open(await meeting(10), 2)));
    const pages = pairs.flat();
    const id = await meeting(10);
    // Chromium impairs only connections that are made while conditions are in force.
    await Promise.all(pages.map(({ page }) => armWebRtc(page)));
    await Promise.all(pages.map((page) => page.arrive()));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), mediaFlows(pages)], 20_000);

    const lose = (...levels: readonly [percent: number, pair: number][]) =>
      experiment.act(
        `${levels.map(([percent]) => percent).join(' and ')} % of the packets are lost`,
        async () => {
          const restored = experiment.damaged('WebRTC packets of the pages are lost');
          const suffered = await Promise.all(
            levels.map(([percent, pair]) => MediaLevel.suffer(pairs[pair]![0]!, percent, experiment.ledger)),
          );
          restored();
          return suffered;
        },
      );
    const levels: MediaLevel[] = [];
    const recoveryMs: (number | null)[] = [];
    for (const turn of TURNS) {
      const suffered = await lose(...turn.map((percent, pair): [number, number] => [percent, pair]));
      recoveryMs.push(await experiment.steadyAgain(20_000));
      for (const [pair, level] of suffered.entries()) {
        if (!level.isTold) {
          // The line broke before enough had come; that happens at 80 %, and says nothing of the service or the page.
          const [again] = await lose([level.percent, pair]);
          recoveryMs.push(await experiment.steadyAgain(20_000));
          levels.push(again!);
        } else levels.push(level);
      }
    }
    experiment.fact(
      'layer',
      'WebRTC packets, by Chromium (CDP), each way; HTTP and WebSocket notice nothing',
    );
    experiment.fact(
      'recovery times, ms',
      recoveryMs.map((ms) => (ms === null ? 'not recovered' : Math.round(ms))).join(', '),
    );
    experiment.fact(
      'levels',
      plainTable(mediaRows(levels))
        .map((row) => `\n      ${row}`)
        .join(''),
    );
    for (const level of levels) for (const finding of level.findings) experiment.find(finding);
    experiment.judge(check('advice fits contract'));
    experiment.find(noErrors(pages));
    await conclude();
  });
});
