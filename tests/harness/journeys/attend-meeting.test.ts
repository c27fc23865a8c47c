import { expect, test } from '@playwright/test';
import { attendMeeting, type Mix } from '../../../src/journeys/attend-meeting.ts';
import { seeded } from '../../../src/kernel/random.ts';
import type { NetworkQuality } from '../../../src/meetings/meeting.ts';
import type { Participant } from '../../../src/participants/participant.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';

/** The steps into a meeting of the reference contract, as this test calls them. */
const way = [
  ['join', 'meeting.join'],
  ['connect', 'socket.connect'],
  ['enter', 'room.enter'],
] as const;

/** A participant that records its calls. `answers` sets the outcomes of its steps. */
function participant(
  answers: Partial<Record<string, (nth: number) => Outcome>> = {},
  { thinks = () => true, can = () => true }: { thinks?: () => boolean; can?: Participant['can'] } = {},
) {
  const did: string[] = [];
  const reports: NetworkQuality[] = [];
  const counts = new Map<string, number>();
  const outcome = (step: string): Outcome => {
    did.push(step);
    const nth = (counts.get(step) ?? 0) + 1;
    counts.set(step, nth);
    return answers[step]?.(nth) ?? 'ok';
  };
  const answer = async (step: string) => ({ outcome: outcome(step), startedAt: 0, endedAt: 1 });
  const double: Participant = {
    userId: 'u',
    meetingId: 'm',
    random: seeded('journey'),
    can,
    call: (operation) => answer(`call ${operation}`),
    expectEvent: async () => 'ok',
    arrive: async () => {
      for (const [step, name] of way) if (outcome(step) !== 'ok') return name;
      return undefined;
    },
    join: () => answer('join'),
    connect: async () => outcome('connect'),
    enterRoom: async () => outcome('enter'),
    getMeeting: () => answer('get'),
    raiseHand: () => answer('raise'),
    lowerHand: () => answer('lower'),
    reportNetwork: (seen) => {
      reports.push(seen);
      return answer('report');
    },
    leave: () => answer('leave'),
    think: async ([low, high]) => {
      did.push(`think ${low}..${high}`);
      return thinks();
    },
  };
  return { double, did, reports };
}
const journey = (actions: number) => attendMeeting({ actions, thinkMs: [500, 1500] });

test('joins, connects, enters, alternates actions and think time, and leaves', async () => {
  const { double, did } = participant();
  expect(await journey(10)(double)).toBe('completed');
  expect(did.slice(0, 3)).toEqual(['join', 'connect', 'enter']);
  expect(did.at(-1)).toBe('leave');
  expect(did.filter((step) => step === 'think 500..1500')).toHaveLength(10);
});

test('joins and leaves without acting when actions is 0', async () => {
  const { double, did } = participant();
  expect(await journey(0)(double)).toBe('completed');
  expect(did).toEqual(['join', 'connect', 'enter', 'leave']);
});

test('chooses actions by the default weights: 30% reads, 20% hand moves, 20% network reports', async () => {
  const { double, did, reports } = participant();
  const actions = 20_000;
  await journey(actions)(double);
  const share = (...steps: string[]) => did.filter((step) => steps.includes(step)).length / actions;
  // 5 standard errors of a share of 20 000
  const within = (p: number) => 5 * Math.sqrt((p * (1 - p)) / actions);
  expect(Math.abs(share('get') - 0.3)).toBeLessThan(within(0.3));
  expect(Math.abs(share('raise', 'lower') - 0.2)).toBeLessThan(within(0.2));
  expect(Math.abs(share('report') - 0.2)).toBeLessThan(within(0.2));
  // A home connection has three of the levels of the contract. One check covers all reports, because each expect is a
  // step.
  const level = ({ rtt, packetLoss }: NetworkQuality) =>
    rtt < 100 && packetLoss < 1 ? 'excellent' : rtt < 200 && packetLoss < 3 ? 'good' : 'poor';
  const wrong = reports.filter(
    (seen) =>
      seen.quality !== level(seen) ||
      seen.rtt < 20 ||
      seen.rtt > 300 ||
      seen.packetLoss < 0 ||
      seen.packetLoss > 4 ||
      seen.bandwidth < 600,
  );
  expect(wrong).toEqual([]);
  expect(new Set(reports.map(({ quality }) => quality)).size).toBe(3);
});

test('raises and lowers the hand in turn, and retries a failed move', async () => {
  const { double, did } = participant({ raise: (nth) => (nth % 2 ? 'http 500' : 'ok') });
  await journey(500)(double);
  const moves = did.filter((step) => step === 'raise' || step === 'lower');
  expect(moves.length).toBeGreaterThan(50);
  // Each raise fails once and then succeeds: raise, raise, lower, and so on.
  for (const [index, move] of moves.entries()) expect(move).toBe(index % 3 === 2 ? 'lower' : 'raise');
});

test('completes the journey after failed actions', async () => {
  const fails = () => 'timeout' as const;
  const { double } = participant({ get: fails, raise: fails, report: fails });
  expect(await journey(50)(double)).toBe('completed');
});

test.describe('a failed step of the journey', () => {
  const table: [string, string, string[]][] = [
    ['join', 'gave up: meeting.join', ['join']],
    ['connect', 'gave up: socket.connect', ['join', 'connect', 'leave']],
    ['enter', 'gave up: room.enter', ['join', 'connect', 'enter', 'leave']],
    ['leave', 'gave up: meeting.leave', ['join', 'connect', 'enter', 'leave']],
  ];
  for (const [step, end, steps] of table) {
    test(`ends with "${end}" when ${step} fails`, async () => {
      const { double, did } = participant({ [step]: () => 'http 503' });
      expect(await journey(0)(double)).toBe(end);
      expect(did).toEqual(steps);
    });
  }
});

test('stops acting and leaves when it is asked to leave', async () => {
  let pauses = 0;
  const { double, did } = participant({}, { thinks: () => ++pauses < 3 });
  expect(await journey(10)(double)).toBe('completed');
  expect(did.filter((step) => step.startsWith('think'))).toHaveLength(3);
  expect(did.at(-1)).toBe('leave');
});

test.describe('the action mix of a contract', () => {
  const did = async (mix: Mix, can: Participant['can'] = () => true, actions = 4000) => {
    const { double, did } = participant({}, { can });
    await attendMeeting({ actions, thinkMs: [0, 0], mix })(double);
    return did.filter((step) => !/^(?:join|connect|enter|leave|think)/.test(step));
  };
  const share = (steps: readonly string[], step: string) => steps.filter((one) => one === step).length / 4000;
  // 5 standard errors of a share of 4000
  const near = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / 4000));

  test('chooses actions by weight, including operations that only the contract defines', async () => {
    const steps = await did({ 'meeting.get': 1, 'chat.send': 2, listen: 1 });
    expect(new Set(steps)).toEqual(new Set(['get', 'call chat.send']));
    near(share(steps, 'get'), 0.25);
    near(share(steps, 'call chat.send'), 0.5);
  });

  test('skips actions that the service lacks, and gives their weight to the others', async () => {
    const steps = await did({ 'meeting.get': 1, hand: 5, 'network.report': 5, 'chat.send': 1 }, (name) =>
      ['meeting.get', 'chat.send', 'hand.raise'].includes(name),
    );
    expect(new Set(steps)).toEqual(new Set(['get', 'call chat.send']));
    near(share(steps, 'get'), 0.5);
  });

  test('only listens when the service has none of the actions', async () => {
    expect(await did({ 'meeting.get': 1 }, () => false)).toEqual([]);
  });

  test('never chooses an action with weight 0', async () => {
    const steps = await did({ 'meeting.get': 0, 'chat.send': 1 });
    expect(new Set(steps)).toEqual(new Set(['call chat.send']));
    expect(steps).toHaveLength(4000);
  });
});

test('leaves after a failed room.enter on a service without meeting.join', async () => {
  const { double, did } = participant();
  const end = await journey(3)(Object.assign(double, { arrive: async () => 'room.enter' }));
  expect([end, did]).toEqual(['gave up: room.enter', ['leave']]);
});
