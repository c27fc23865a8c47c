import { contractPings, test } from '../../fixtures/index.ts';
import type { Laboratory } from '../../fixtures/laboratory.ts';
import { check } from '../../src/checks/catalogue.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { type Conduct, LOSS, LossLevel, levelRows } from '../../src/experiments/loss-level.ts';
import { connected, serves } from '../../src/experiments/probes.ts';
import { exchangeLoss } from '../../src/faults/exchange-loss.ts';
import type { LossLayer } from '../../src/faults/loss-layer.ts';
import { packetLoss } from '../../src/faults/packet-loss.ts';
import { segmentLoss } from '../../src/faults/segment-loss.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { kernelLayerAvailable } from '../../src/network/kernel/index.ts';
import type { Link } from '../../src/network/link/link.ts';
import { plainTable } from '../../src/reporters/table.ts';
import { currentOffers } from '../../src/run/offers.ts';

const { CHAOS_LOSS_USERS: USERS, NETWORK_LAYER } = loadSettings();
const LEVELS = [0, 5, 10, 20, 30, 50, 70, 90, 100];
/** Up to this loss operations have to be done, beyond it they only have to do no harm. */
const LIVE_UP_TO = 70;

test.use({ chaosSettings: contractPings });

/** The link limits lines to this bandwidth; elsewhere it is only what users report. */
const everybody = { users: USERS, bandwidthKbps: 10_000, spreadMs: 4000, clock };

/**
 * A lost exchange costs 150 ms instead of the seconds of a real timeout, so that the experiment is short. With 60
 * attempts, an operation fails at 70 % loss with a chance of 0.7^60 = 5e-10: 5e-8 for all 105 of the level. They take
 * 9 s, and some more for those that the service carries out.
 */
const asking: Conduct = {
  ...everybody,
  areThereBefore: false,
  attempts: 60,
  deadlineMs: 15_000,
  timeoutMs: 10_000,
  beginsWithinMs: Number.POSITIVE_INFINITY,
};
const LOST_EXCHANGE_MS = 150;

/** TCP tries again by itself: one call, and as long as the deadline for it. */
const waiting: Conduct = {
  ...everybody,
  areThereBefore: true,
  attempts: 1,
  deadlineMs: 20_000,
  timeoutMs: 20_000,
  beginsWithinMs: 8000,
};
const ONE_WAY_MS = 25;

test.describe('What is lost for good on a lossy network, and what is only late?', () => {
  test(`${USERS} users at each of ${LEVELS.length} levels, HTTP exchanges are lost`, async ({
    laboratory,
  }) => {
    const { seed } = laboratory.experiment;
    const { attempts } = asking;
    const layer = exchangeLoss({ seed, clock, timeoutMs: LOST_EXCHANGE_MS, attempts });
    await suffer(laboratory, layer, asking);
  });

  test(`${USERS} users at each of ${LEVELS.length} levels, TCP loses and sends again`, async ({
    laboratory,
    link,
    chaosService,
  }) => {
    const pings = chaosService.detection ? 'every 25 s (the contract’s)' : 'as the attached service has them';
    laboratory.experiment.fact('pings', pings);
    const { keepAliveS } = currentOffers();
    const idleCloseMs = keepAliveS ? keepAliveS * 1000 : null;
    await suffer(laboratory, underTcp(laboratory, link, chaosService.url), { ...waiting, idleCloseMs });
  });
});

/** Real packets where they are asked for and permitted, else the link's model; the report says which. */
function underTcp({ experiment }: Laboratory, link: Link, serviceUrl: string): LossLayer {
  const { deadlineMs, bandwidthKbps } = waiting;
  const model = segmentLoss({ link, latencyMs: ONE_WAY_MS, bandwidthKbps, deadlineMs });
  if (NETWORK_LAYER !== 'kernel') return model;
  const available = kernelLayerAvailable();
  if (available.ok) return packetLoss({ serviceUrl, latencyMs: ONE_WAY_MS, how: available.how });
  experiment.fact('not the kernel layer', available.why);
  return model;
}

/** All levels side by side, each with a meeting of its own; the one without loss is the control of the others. */
async function suffer({ experiment, people, conclude }: Laboratory, layer: LossLayer, conduct: Conduct) {
  const { users, attempts, deadlineMs, areThereBefore } = conduct;
  experiment.fact('layer', `${layer.name}: ${layer.unit} are lost`);
  experiment.fact('deadline', `${deadlineMs / 1000} s per operation, ${attempts} calls at most`);
  const levels: LossLevel[] = [];
  await experiment.act(
    'the users and their ways to the service',
    async () => {
      const open = (percent: number) => LossLevel.open(percent, layer, people, conduct);
      levels.push(...(await Promise.all(LEVELS.map(open))));
    },
    () => each(levels, (level) => level.close()),
  );
  const linked = levels.flatMap((level) => [level.observer, ...(areThereBefore ? level.users : [])]);
  await experiment.steadyBefore(
    [...levels.map((level) => serves(level.people, level.meetingId)), connected(linked)],
    5000,
  );

  const restored = experiment.damaged(`${layer.unit} are lost`);
  await experiment.act(LOSS[0], () => each(levels, (level) => level.begin()));
  await experiment.act(`${users} users at each level join, speak up, report and leave`, () =>
    each(levels, (level) => level.takePart()),
  );
  await experiment.act(LOSS[1], () => each(levels, (level) => level.end()));
  restored();

  experiment.fact('recovery time, ms', await experiment.steadyAgain(10_000));
  // What was still on its way arrives now, and must do no harm either.
  await experiment.settle(1000);
  for (const level of levels) await level.tellStates();
  const everyone = levels.flatMap((level) => level.users);
  const answered = await experiment.act('everybody asks for the meeting once more', async () => {
    const outcomes = await Promise.all(everyone.map((user) => user.lookUp()));
    return outcomes.filter((outcome) => outcome === 'ok').length;
  });
  experiment.find({
    check: 'everybody is answered again',
    verdict: answered === everyone.length ? 'passed' : 'failed',
    says: `${answered} of ${everyone.length}`,
    evidence: [],
  });

  const { entries } = experiment.ledger;
  await experiment.act('the figures', async () =>
    Object.fromEntries(levels.map((level) => [level.title, level.figures(entries)])),
  );
  const table = plainTable(levelRows(levels, entries)).map((row) => `\n      ${row}`);
  experiment.fact('levels', table.join(''));
  for (const level of levels) experiment.find(level.proof);
  experiment.judge(
    ...levels.map((level) => level.safety),
    ...levels.map((level) => level.liveness(LIVE_UP_TO)),
    // Of all levels together: at 100 % no report gets through, and at 90 % few or none.
    check('advice fits contract'),
  );
  await conclude();
}

async function each(levels: readonly LossLevel[], act: (level: LossLevel) => Promise<void>): Promise<void> {
  await Promise.all(levels.map(act));
}
