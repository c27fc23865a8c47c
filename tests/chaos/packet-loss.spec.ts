import { contractPings, test } from '../../fixtures/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import type { Conduct } from '../../src/experiments/loss-level.ts';
import { lossPlan } from '../../src/experiments/loss-plan.ts';
import { exchangeLoss } from '../../src/faults/exchange-loss.ts';
import type { LossLayer } from '../../src/faults/loss-layer.ts';
import { packetLoss } from '../../src/faults/packet-loss.ts';
import { segmentLoss } from '../../src/faults/segment-loss.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { kernelLayerAvailable } from '../../src/network/kernel/kernel-layer.ts';
import type { Link } from '../../src/network/link/link.ts';
import { currentOffers } from '../../src/run/offers.ts';

const { CHAOS_LOSS_USERS: USERS, NETWORK_LAYER } = loadSettings();
const LEVELS = [0, 5, 10, 20, 30, 50, 70, 90, 100];
/** Up to this loss, operations must succeed. Above it, they only must do no harm. */
const LIVE_UP_TO = 70;

test.use({ chaosSettings: contractPings });

/** The link limits connections to this bandwidth. Other layers only use it in the reports of the users. */
const all = { users: USERS, bandwidthKbps: 10_000, spreadMs: 4000, clock };

/**
 * A lost exchange costs 150 ms instead of the seconds of a real timeout, so that the experiment is short. With 60
 * attempts at 70% loss, an operation fails with a probability of 0.7^60 = 5e-10, and one of the 105 operations of the
 * level with 5e-8. The attempts take 9 s, plus the time of the answered exchanges.
 */
const asking: Conduct = {
  ...all,
  areThereBefore: false,
  attempts: 60,
  deadlineMs: 15_000,
  timeoutMs: 10_000,
  beginsWithinMs: Number.POSITIVE_INFINITY,
};
const LOST_EXCHANGE_MS = 150;

/** TCP retransmits by itself, so there is one attempt, and its timeout is the deadline. */
const waiting: Conduct = {
  ...all,
  areThereBefore: true,
  attempts: 1,
  deadlineMs: 20_000,
  timeoutMs: 20_000,
  beginsWithinMs: 8000,
};
const ONE_WAY_MS = 25;

test.describe('What is lost for good on a lossy network, and what is only late?', () => {
  test(`${USERS} users at each of ${LEVELS.length} levels, HTTP exchanges are lost`, async ({
    experiment,
  }) => {
    const { seed } = experiment;
    const { attempts } = asking;
    const layer = exchangeLoss({ seed, clock, timeoutMs: LOST_EXCHANGE_MS, attempts });
    await suffer(experiment, layer, asking);
  });

  test(`${USERS} users at each of ${LEVELS.length} levels, TCP loses and sends again`, async ({
    experiment,
    link,
    chaosService,
  }) => {
    const pings = chaosService.detection ? 'every 25 s (the contract’s)' : 'as the attached service has them';
    experiment.fact('pings', pings);
    const { keepAliveS } = currentOffers();
    const idleCloseMs = keepAliveS ? keepAliveS * 1000 : null;
    await suffer(experiment, underTcp(experiment, link, chaosService.url), { ...waiting, idleCloseMs });
  });
});

/** Loses real packets if this is requested and permitted, otherwise uses the model of the link. The report names it. */
function underTcp(experiment: Experiment, link: Link, serviceUrl: string): LossLayer {
  const { deadlineMs, bandwidthKbps } = waiting;
  const model = segmentLoss({ link, latencyMs: ONE_WAY_MS, bandwidthKbps, deadlineMs });
  if (NETWORK_LAYER !== 'kernel') return model;
  const available = kernelLayerAvailable();
  if (available.ok) return packetLoss({ serviceUrl, latencyMs: ONE_WAY_MS, how: available.how });
  experiment.fact('not the kernel layer', available.why);
  return model;
}

async function suffer(experiment: Experiment, layer: LossLayer, conduct: Conduct): Promise<void> {
  const { cohort } = experiment;
  await experiment.run(
    await lossPlan({ experiment, cohort, layer, conduct, levels: LEVELS, liveUpTo: LIVE_UP_TO }),
  );
}
