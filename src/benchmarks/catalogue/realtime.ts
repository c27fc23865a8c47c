import { deferred } from '../../kernel/deferred.ts';
import type { Outcome } from '../../timings/outcome.ts';
import { Timings } from '../../timings/timings.ts';
import type { BenchEnvironment, BenchUser, Member } from '../bench-environment.ts';
import type { Benchmark } from '../benchmark.ts';

/** The contract does not limit sockets per user, but real connections come from many users. */
const SOCKET_USERS = 20;

/** The participants of one meeting, without its host. */
const PER_MEETING = 9;

export const connectSocket: Benchmark = {
  operation: 'socket.connect',
  title: 'connect a socket',
  prepare: async (environment) => {
    const users = await environment.users(SOCKET_USERS);
    return {
      facts: { users: users.length, transport: 'websocket' },
      call: async (index, timings) => {
        const connection = environment.connection(users[index % users.length]!, timings);
        const outcome = await connection.connect();
        await connection.close();
        return outcome;
      },
    };
  },
};

export const enterRoom: Benchmark = {
  operation: 'room.enter',
  title: 'enter a room',
  prepare: async (environment) => {
    const members = await environment.seat(await environment.users(SOCKET_USERS), PER_MEETING);
    return {
      facts: { users: members.length, 'participants per meeting': `${PER_MEETING + 1} at most` },
      call: async (index, timings) => {
        const { user, meetingId } = members[index % members.length]!;
        const connection = environment.connection(user, timings);
        const connected = await connection.connect();
        const outcome =
          connected === 'ok' ? await environment.enter(connection, meetingId, timings) : connected;
        // Without a connection, nothing recorded the failed entry, but the report must show it.
        if (connected !== 'ok')
          recordFailure(timings, 'room.enter', connected, environment.options.clock.now());
        await connection.close();
        return outcome;
      },
    };
  },
};

/** The time from a call that raises or lowers a hand to the arrival of its event at another participant in the room. */
export const deliverEvent: Benchmark = {
  operation: 'event.delivery',
  title: 'deliver a room event',
  prepare: async (environment) => {
    const {
      clock,
      access: { contract },
    } = environment.options;
    const { senders, listeners } = await seatWithListeners(
      environment,
      await environment.usersFor('hand.raise'),
    );
    await environment.ready(
      senders.map(({ user }) => user),
      'hand.raise',
    );
    const arrivals = await arrivalsAt(environment, listeners);
    const raised = new Set<string>();
    return {
      facts: { users: senders.length, 'participants per meeting': `${PER_MEETING + 1} at most` },
      call: async (index, timings) => {
        const { user, meetingId } = senders[index % senders.length]!;
        const { userId } = user.identity;
        const operation = raised.delete(userId) ? 'hand.lower' : 'hand.raise';
        if (operation === 'hand.raise') raised.add(userId);
        const event = contract.operations.get(operation)!.causes!;
        const arrival = arrivals.next(event, userId);
        // Only the start of the call counts; its latency belongs to another benchmark.
        const client = user.client(new Timings(clock.now()));
        const { outcome: answered, startedAt } = await client.call(operation, { meetingId });
        const arrived = answered === 'ok' ? await arrival.within(environment.options.timeoutMs) : null;
        arrival.forget();
        const outcome: Outcome = answered === 'ok' && arrived === null ? 'timeout' : answered;
        if (outcome === 'ok') {
          const { latest, earliest } = arrived!;
          timings.operation('event.delivery').record('ok', startedAt, latest, undefined, earliest);
        } else recordFailure(timings, 'event.delivery', outcome, startedAt, clock.now());
        return outcome;
      },
    };
  },
};

/** Seats the senders and one listener per meeting, because a service need not send an event to the user that caused it. */
async function seatWithListeners(environment: BenchEnvironment, users: readonly BenchUser[]) {
  const perRoom = PER_MEETING - 1;
  const rooms = Math.ceil(users.length / perRoom);
  const listening = await environment.users(rooms);
  const all = listening.flatMap((listener, room) => [
    listener,
    ...users.slice(room * perRoom, (room + 1) * perRoom),
  ]);
  const members = await environment.seat(all, PER_MEETING);
  const [listeners, senders] = [new Set(listening), new Set(users)];
  return {
    listeners: members.filter(({ user }) => listeners.has(user)),
    senders: members.filter(({ user }) => senders.has(user)),
  };
}

/** The latest and the earliest possible arrival of an event, in ms of the clock. */
interface Arrival {
  readonly latest: number;
  readonly earliest: number;
}

async function arrivalsAt(environment: BenchEnvironment, listeners: readonly Member[]) {
  const awaited = new Map<string, (arrived: Arrival | null) => void>();
  for (const listener of listeners)
    await environment.listen(listener, ({ name, userId }, latest, earliest) =>
      awaited.get(`${name} ${userId}`)?.({ latest, earliest }),
    );
  return {
    next(event: string, userId: string) {
      const { promise, resolve } = deferred<Arrival | null>();
      const key = `${event} ${userId}`;
      awaited.set(key, resolve);
      return {
        /** Resolves with the arrival, or with null if the event does not come in time. */
        async within(ms: number): Promise<Arrival | null> {
          const timer = setTimeout(() => resolve(null), ms);
          const arrived = await promise;
          clearTimeout(timer);
          return arrived;
        },
        forget: () => awaited.delete(key),
      };
    },
  };
}

function recordFailure(
  timings: Timings,
  operation: string,
  outcome: Outcome,
  startedAt: number,
  endedAt = startedAt,
): void {
  timings.operation(operation).record(outcome, startedAt, endedAt);
  timings.operation(operation).failure(outcome, outcome, outcome);
}
