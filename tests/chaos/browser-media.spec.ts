import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { MediaLevel, mediaFlows, mediaRows } from '../../src/experiments/media-level.ts';
import { serves } from '../../src/experiments/probes.ts';
import { noErrors, pagesConnected } from '../../src/experiments/visitor.ts';
import { armWebRtc } from '../../src/network/page/index.ts';
import { plainTable } from '../../src/reporters/table.ts';

/** Of packets each way. Up to and including 70 % the contract calls a loss acceptable. */
const LEVELS = [0, 10, 30, 70, 80];

test.describe('Does a bad line lead to advice, and the advice to another page?', () => {
  test(`sound between pairs of pages, one of each loses ${LEVELS.join(', ')} % of the WebRTC packets`, async ({
    laboratory,
    visitors,
  }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const pairs = await Promise.all(
      LEVELS.map(async (percent) => ({ percent, pages: await visitors.open(await meeting(10), 2) })),
    );
    const pages = pairs.flatMap((pair) => pair.pages);
    const id = await meeting(10);
    // Chromium impairs only connections that are made while conditions are in force.
    await Promise.all(pages.map(({ page }) => armWebRtc(page)));
    await Promise.all(pages.map((page) => page.arrive()));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), mediaFlows(pages)], 20_000);

    const levels = await experiment.act('packets of one page of each pair are lost', () =>
      Promise.all(
        pairs.map(({ percent, pages: [weak] }) => MediaLevel.suffer(weak!, percent, experiment.ledger)),
      ),
    );
    experiment.fact(
      'layer',
      'WebRTC packets, by Chromium (CDP), each way; HTTP and WebSocket notice nothing',
    );
    experiment.fact('recovery time, ms', await experiment.steadyAgain(20_000));
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
