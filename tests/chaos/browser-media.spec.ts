import { contractPings, test } from '../../fixtures/index.ts';
import { adviceFitsContract } from '../../src/checks/catalogue.ts';
import { MediaLevel, mediaFlows, mediaRows } from '../../src/experiments/media-level.ts';
import { noErrors, pagesConnected } from '../../src/experiments/page-checks.ts';
import type { Fault } from '../../src/experiments/plan.ts';
import { serves } from '../../src/experiments/probes.ts';
import { armWebRtc } from '../../src/network/page/webrtc-loss.ts';

/**
 * Loss in percent, in each direction. The contract calls a loss of up to 70% acceptable. Two levels at a time: two
 * processors cannot carry more pages with sound, and then the cause of a missing packet is unclear.
 */
const TURNS = [[0, 10], [30, 70], [80]];
const PAIRS = [0, 1];

// With short pings, a busy page may join the room again and open new audio connections.
test.use({ chaosSettings: contractPings });

test.describe('Does a bad line lead to advice, and the advice to another page?', () => {
  test(`sound between pairs of pages, one of each loses ${TURNS.flat().join(', ')} % of the WebRTC packets`, async ({
    experiment,
    browserParticipants,
  }) => {
    const { cohort, ledger } = experiment;
    const pairs = await Promise.all(
      PAIRS.map(async () => browserParticipants.open(await cohort.meeting(10), 2)),
    );
    const pages = pairs.flat();
    const meetingId = await cohort.meeting(10);
    // Chromium impairs only connections that are opened while conditions are in force.
    await Promise.all(pages.map(({ page }) => armWebRtc(page)));
    await Promise.all(pages.map((page) => page.arrive()));

    const levels: MediaLevel[] = [];
    /** Loses this percentage of the packets of the first page of each pair. */
    const losing = (turn: readonly { percent: number; pair: number }[]): Fault => ({
      damage: 'WebRTC packets of the pages are lost',
      inject: {
        [`${turn.map(({ percent }) => percent).join(' and ')} % of the packets are lost`]: async () => {
          const suffer = ({ percent, pair }: (typeof turn)[number]) =>
            MediaLevel.suffer(pairs[pair]![0]!, percent, ledger);
          levels.push(...(await Promise.all(turn.map(suffer))));
        },
      },
    });
    /** Repeats a level once if the connection broke before enough packets came: that happens at 80% and proves nothing. */
    function* faults(): Iterable<Fault> {
      for (const turn of TURNS) {
        yield losing(turn.map((percent, pair) => ({ percent, pair })));
        for (const [pair, level] of levels.slice(-turn.length).entries()) {
          if (level.isConclusive) continue;
          levels.splice(levels.indexOf(level), 1);
          yield losing([{ percent: level.percent, pair }]);
        }
      }
    }
    await experiment.run({
      steady: [serves(cohort, meetingId), pagesConnected(pages), mediaFlows(pages)],
      steadyWithinMs: 20_000,
      fault: faults(),
      recoverWithinMs: 20_000,
      settleMs: 0,
      checks: [adviceFitsContract()],
      findings() {
        const layer = 'WebRTC packets, by Chromium (CDP), each way; HTTP and WebSocket are not affected';
        experiment.fact('layer', layer);
        experiment.tableFact('levels', mediaRows(levels));
        return [...levels.flatMap(({ findings }) => findings), noErrors(pages)];
      },
    });
  });
});
