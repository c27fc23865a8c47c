// A crowd in its own process with limits that its parent sets: `node --import tsx limited-crowd.ts <JSON>`. All participants
// arrive at once and stay until all have tried. Prints the report of the slice as JSON.
import { GeneratorWatch } from '../../../src/crowd/generator-watch.ts';
import { openRoutes } from '../../../src/crowd/routes.ts';
import { runSlice } from '../../../src/crowd/run-slice.ts';
import { simultaneously } from '../../../src/crowd/schedules/index.ts';
import type { SliceReport } from '../../../src/crowd/slice-report.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { EventDeliveries } from '../../../src/participants/event-deliveries.ts';
import { ProtocolParticipant } from '../../../src/participants/protocol-participant.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { userNamed } from '../meetings/fake-context.ts';
import { meetingService } from './meeting-service.ts';

export interface LimitedCrowd {
  /** Without a URL, the process starts its own service. */
  readonly url?: string;
  readonly users: number;
  readonly sourceAddresses: readonly string[];
}

export type LimitedReport = Pick<SliceReport, 'sessions' | 'timings'>;

const { url: given, users, sourceAddresses } = JSON.parse(process.argv[2]!) as LimitedCrowd;
const own = given === undefined ? await meetingService() : undefined;
const url = given ?? own!.url;
const clock = systemClock;
const contract = referenceContract();
const open = (localAddress?: string) =>
  openRequestContext('wire', { baseURL: url, timeoutMs: 10_000, localAddress });
// Loads the client before the start, as slices do.
const first = await open();
await first.get('/health');
await first.dispose();

const startedAt = clock.now();
const timings = new Timings(startedAt);
const watch = new GeneratorWatch(startedAt, 0);
const sessions = noSessions();
const routes = await openRoutes({ serviceUrl: url, socketUrl: url, sourceAddresses, seed: 1, ttlMs: 60_000 });
let tried = 0;
let allTried!: () => void;
const all = new Promise<void>((resolve) => {
  allTried = resolve;
});
await runSlice({
  schedule: simultaneously(users),
  async journey(participant) {
    const missed = await participant.arrive();
    tried += 1;
    if (tried === users) allTried();
    await all;
    if (missed !== undefined) return `gave up: ${missed}`;
    return (await participant.leave()).outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
  },
  clock,
  startedAt,
  timings,
  watch,
  drainMs: 30_000,
  leaveMs: 5000,
  stopSignal: new AbortController().signal,
  sessions,
  async admit({ seat, intendedAt, leaveRequest }) {
    const { http, socket } = await routes.open(seat, { place: seat });
    return new ProtocolParticipant({
      contract,
      identity: userNamed('me', 'good'),
      meetingId: 'm',
      random: seeded(seat),
      context: await open(http.localAddress),
      socket,
      // Both clients in turn.
      socketClient: seat % 2 === 0 ? 'wire' : 'socket.io',
      timeoutMs: 10_000,
      timings,
      clock,
      deliveries: new EventDeliveries(timings.operation('event.delivery'), 5000, contract.causedEvents),
      announce: () => undefined,
      onDrop: () => undefined,
      leaveRequest,
      intendedAt,
    });
  },
});
watch.stop();
const report: LimitedReport = { sessions, timings: timings.encode(clock.now()) };
process.stdout.write(JSON.stringify(report), () => process.exit(0));
