import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { type DropKind, noticedDrops } from '../../src/checks/drops.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { connected, returned, serves } from '../../src/experiments/probes.ts';
import { type Breakable, dropConnection } from '../../src/faults/drop-connection.ts';
import { dropSchedule } from '../../src/faults/drop-schedule.ts';
import { systemClock } from '../../src/kernel/clock.ts';

const { CHAOS_CONNECTIONS: CONNECTIONS, CHAOS_DROPS: DROPS_EACH } = loadSettings();
const TALKERS = 10;
/** For a busy machine, on top of each bound. */
const SLACK_MS = 1000;
/** A talker changes its hand about this often: within the contract's 20 changes a minute. */
const TALK_EVERY_MS = 3500;
/** Between two drops of one connection, beyond its detection: time to come back. */
const CALM_MS: readonly [number, number] = [500, 2500];

// A user who comes back within this time is still a participant.
test.use({ chaosSettings: { pingMs: 1000, graceMs: 30_000 } });

test.describe('What do people miss whose WebSocket drops?', () => {
  test(`${CONNECTIONS} connections, ${DROPS_EACH} drops each, of every kind`, async ({
    laboratory,
    link,
    chaosService,
  }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const { ledger } = experiment;
    const id = await meeting(200);
    // Pings of the contract, where the service is not ours: every 25 s, with 20 s for the answer.
    const { pingMs, boundMs } = chaosService.detection ?? { pingMs: 25_000, boundMs: 45_000 };
    const bounds = {
      promptMs: 1000,
      silentMs: boundMs + SLACK_MS,
      halfOpenUpMs: boundMs + pingMs + SLACK_MS,
    };
    const silentMs = bounds.halfOpenUpMs;
    experiment.fact(
      'detection bound',
      `${boundMs / 1000} s (${chaosService.detection?.says ?? 'the contract’s'})`,
    );
    const talkers = await people.open(id, TALKERS);
    const targets: Breakable[] = [];
    for (let number = 0; number < CONNECTIONS; number++) {
      const path = await link.open(`connection ${number}`);
      const [witness] = await people.open(id, 1, { route: async () => path });
      targets.push({ witness: witness!, path });
    }
    const everybody = [...talkers, ...targets.map(({ witness }) => witness)];
    await Promise.all(everybody.map((one) => one.arrive()));
    await experiment.steadyBefore([serves(people, id), connected(everybody), returned(everybody)], 5000);

    const drops = dropSchedule({
      seed: experiment.seed,
      connections: CONNECTIONS,
      dropsEach: DROPS_EACH,
      calmMs: CALM_MS,
    });
    const talking = new AbortController();
    const talks = Promise.all(talkers.map((talker, index) => talk(talker, index / TALKERS, talking.signal)));
    const restored = experiment.damaged('connections drop');
    await experiment.act(
      'connections are dropped at random',
      () =>
        Promise.all(
          targets.map(async (target, number) => {
            for (const { afterMs, kind } of drops[number]!) {
              await pause(afterMs);
              await dropConnection(target, kind, ledger, silentMs + 1000);
              await untilBack(target, silentMs + 15_000);
            }
          }),
        ),
      () => Promise.all(targets.map(({ path }) => path.heal())),
    );
    restored();
    talking.abort();
    await talks;
    experiment.fact('recovery time, ms', await experiment.steadyAgain(15_000));
    await experiment.settle(1000);

    for (const one of everybody) one.tellView();
    await people.serviceState(id);
    for (const [kind, { detected, reasons }] of byKind(noticedDrops(ledger.entries))) {
      experiment.fact(
        `${kind} noticed after, ms`,
        `${detected.map(Math.round).join(', ')} (${reasons.join(', ')})`,
      );
    }
    experiment.judge(
      check('drops are noticed', bounds),
      check('no event twice'),
      check('nothing twice applied'),
      check('order is kept'),
      check('gaps are followed by resync'),
      check('no event lost', { graceMs: 500, observers: talkers.map(({ userId }) => userId) }),
      check('views agree'),
      check('roster is true'),
      check('nobody twice'),
    );
    await conclude();
  });
});

async function pause(ms: number): Promise<void> {
  await systemClock.until(systemClock.now() + ms);
}

/** Somebody who raises and lowers the hand again and again. */
async function talk(talker: Breakable['witness'], phase: number, signal: AbortSignal): Promise<void> {
  let isUp = false;
  let due = systemClock.now() + phase * TALK_EVERY_MS;
  while (!signal.aborted) {
    await systemClock.until(due, signal).catch(() => undefined);
    due += TALK_EVERY_MS;
    if (signal.aborted) return;
    const outcome = isUp ? await talker.lowerHand() : await talker.raiseHand();
    if (outcome === 'ok') isUp = !isUp;
  }
}

/** The drop was noticed, and the participant is in the room again; bounded, the checks say what is missing. */
async function untilBack({ witness }: Breakable, withinMs: number): Promise<void> {
  const deadline = systemClock.now() + withinMs;
  const noticed = () => !witness.isBack;
  while (!noticed() && systemClock.now() < deadline) await pause(20);
  while (!witness.isBack && systemClock.now() < deadline) await pause(20);
}

function byKind(drops: ReturnType<typeof noticedDrops>) {
  const found = new Map<DropKind, { detected: number[]; reasons: string[] }>();
  for (const { kind, detectedMs, reason = 'none' } of drops) {
    const of = found.get(kind) ?? { detected: [], reasons: [] };
    found.set(kind, of);
    of.detected.push(detectedMs ?? Number.NaN);
    if (!of.reasons.includes(reason)) of.reasons.push(reason);
  }
  return found;
}
