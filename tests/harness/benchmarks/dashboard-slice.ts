// One slice of a crowd that calls as fast as it can, in a separate process. An IPC message contains the duration:
// node --import tsx dashboard-slice.ts COORDINATOR URL SLICE OF
import { CoordinatorConnection } from '../../../src/crowd/coordinator/coordinator-connection.ts';
import { GeneratorWatch } from '../../../src/crowd/generator-watch.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { outcomeOfStatus } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { closedLoop } from './rounds.ts';

const [address, url, slice, of] = process.argv.slice(2) as [string, string, string, string];
const USERS = 25;
/** The number of operations of a crowd: each adds to the cost of each report. */
const OPERATIONS = [
  'meeting.join',
  'socket.connect',
  'room.enter',
  'meeting.get',
  'hand.raise',
  'hand.lower',
];

const connection = await CoordinatorConnection.open(address, { crowd: 'crowd', slice: Number(slice) });
const startedAt = systemClock.now();
const timings = new Timings(startedAt);
const watch = new GeneratorWatch(startedAt, 0);
const operations = OPERATIONS.map((name) => timings.operation(name));
const users = await Promise.all(
  Array.from({ length: USERS }, () => openRequestContext('wire', { baseURL: url, timeoutMs: 30_000 })),
);
let calls = 0;
let sequence = 0;

setInterval(() => {
  const now = systemClock.now();
  watch.sample(now);
  connection.report({
    crowd: 'crowd',
    slice: Number(slice),
    of: Number(of),
    sequence: ++sequence,
    finished: false,
    elapsedMs: now - startedAt,
    users: USERS,
    sessions: noSessions(),
    drops: {},
    events: { twice: 0, duplicates: 0, unexplained: 0 },
    health: watch.health(),
    samples: [],
    timings: timings.snapshot(now),
  });
}, 1000);

async function call(user: number): Promise<void> {
  const began = systemClock.now();
  const response = await users[user]!.get('/');
  await response.json();
  const operation = operations[calls++ % operations.length]!;
  operation.record(outcomeOfStatus(response.status()), began, systemClock.now(), began);
}

process.on('message', async ({ seconds }: { seconds: number }) => {
  process.send!(await closedLoop(call, { users: USERS, seconds }));
});
process.on('disconnect', () => process.exit());
process.send!({ ready: true });
