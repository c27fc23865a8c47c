import { test } from '../../fixtures/index.ts';
import type { Laboratory } from '../../fixtures/laboratory.ts';
import { check } from '../../src/checks/catalogue.ts';
import { type Conduct, LOSS, LossLevel, levelRows } from '../../src/experiments/loss-level.ts';
import { connected, serves } from '../../src/experiments/probes.ts';
import { exchangeLoss } from '../../src/faults/exchange-loss.ts';
import type { LossLayer } from '../../src/faults/loss-layer.ts';
import { segmentLoss } from '../../src/faults/segment-loss.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';
import { plainTable } from '../../src/reporters/table.ts';

const LEVELS = [0, 5, 10, 20, 30, 50, 70, 90, 100];
const USERS = 20;
/** Up to this loss operations have to be done, beyond it they only have to do no harm. */
const LIVE_UP_TO = 70;

// The contract's pings and no shorter ones: whoever only hears late must not be taken for dead during the experiment.
test.use({ chaosSettings: { pingMs: 25_000, graceMs: 30_000 } });

const everybody = { users: USERS, bandwidthKbps: 10_000, clock };

/**
 * A lost exchange costs 150 ms instead of the seconds of a real timeout, so that the experiment is short. With 60
 * attempts, an operation fails at 70 % loss with a chance of 0.7^60 = 5e-10: 4e-8 for all 90 of the level. They take
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
  test(`${USERS} users at each of ${LEVELS.length} levels, HTTP exchanges lost (application)`, async ({
    laboratory,
  }) => {
    const { seed } = laboratory.experiment;
    const { attempts } = asking;
    const layer = exchangeLoss({ seed, clock, timeoutMs: LOST_EXCHANGE_MS, attempts });
    await suffer(laboratory, layer, asking);
  });

  test(`${USERS} users at each of ${LEVELS.length} levels, segments lost (TCP model)`, async ({
    laboratory,
    link,
  }) => {
    const { deadlineMs, bandwidthKbps } = waiting;
    const layer = segmentLoss({ link, latencyMs: ONE_WAY_MS, bandwidthKbps, deadlineMs });
    await suffer(laboratory, layer, waiting);
  });
});

/** All levels side by side, each with a meeting of its own; the one without loss is the control of the others. */
async function suffer({ experiment, people, conclude }: Laboratory, layer: LossLayer, conduct: Conduct) {
  const { users, attempts, deadlineMs } = conduct;
  experiment.fact('layer', `${layer.name}: ${layer.unit} are lost`);
  experiment.fact('deadline', `${deadlineMs / 1000} s per operation, ${attempts} calls at most`);
  const levels = await Promise.all(LEVELS.map((level) => LossLevel.open(level, layer, people, conduct)));
  const linked = levels.flatMap((level) => [level.observer, ...(conduct.areThereBefore ? level.users : [])]);
  await experiment.steadyBefore(
    [...levels.map((level) => serves(level.people, level.meetingId)), connected(linked)],
    5000,
  );

  await experiment.act(
    LOSS[0],
    () => Promise.all(levels.map((level) => level.begin())),
    () => Promise.all(levels.map((level) => level.heal())),
  );
  await experiment.act(`${users} users at each level join, speak up, report and leave`, () =>
    Promise.all(levels.map((level) => level.takePart())),
  );
  await experiment.act(LOSS[1], () => Promise.all(levels.map((level) => level.end())));

  experiment.fact('recovery time, ms', await experiment.steadyAgain(10_000));
  // What was still on its way arrives now, and must do no harm either.
  await experiment.settle(1000);
  for (const { observer, staying } of levels)
    for (const one of conduct.areThereBefore ? [observer, ...staying] : [observer]) one.tellView();
  const everyone = levels.flatMap((level) => level.users);
  const answered = await experiment.act('everybody asks for the meeting once more', async () => {
    const outcomes = await Promise.all(everyone.map((user) => user.lookUp()));
    return outcomes.filter((outcome) => outcome === 'ok').length;
  });
  for (const level of levels) await level.people.serviceState(level.meetingId);

  const { entries } = experiment.ledger;
  await experiment.act('the figures', async () =>
    Object.fromEntries(levels.map((level) => [level.title, level.figures(entries)])),
  );
  const table = plainTable(levelRows(levels, entries)).map((row) => `\n      ${row}`);
  experiment.fact('levels', table.join(''));
  experiment.find({
    check: 'everybody is answered again',
    verdict: answered === everyone.length ? 'passed' : 'failed',
    says: `${answered} of ${everyone.length}`,
    evidence: [],
  });
  for (const level of levels) experiment.find(level.proof);
  experiment.judge(
    ...levels.map((level) => level.safety),
    ...levels.map((level) => level.liveness(LIVE_UP_TO)),
    // Of all levels together: at 100 % no report gets through, and at 90 % few or none.
    check('advice fits contract'),
  );
  conclude();
}
