import { deferred } from '../../kernel/deferred.ts';
import type { Outcome } from '../../timings/outcome.ts';
import { Timings } from '../../timings/timings.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Member, Stage, StageUser } from '../stage.ts';

/** Sockets are not limited per user, but many people connect and not one many times. */
const SOCKET_USERS = 20;

/** People in one meeting beside its host. */
const PER_MEETING = 9;

export const connectSocket: Benchmark = {
  operation: 'socket.connect',
  title: 'connect a socket',
  prepare: async (stage) => {
    const users = await stage.users(SOCKET_USERS);
    return {
      facts: { users: users.length, transport: 'websocket' },
      call: async (index, timings) => {
        const connection = stage.connection(users[index % users.length]!, timings);
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
  prepare: async (stage) => {
    const members = await stage.seat(await stage.users(SOCKET_USERS), PER_MEETING);
    return {
      facts: { users: members.length, 'participants per meeting': `${PER_MEETING + 1} at most` },
      call: async (index, timings) => {
        const { user, meetingId } = members[index % members.length]!;
        const connection = stage.connection(user, timings);
        const connected = await connection.connect();
        const outcome = connected === 'ok' ? await stage.enter(connection, meetingId, timings) : connected;
        // Nobody could enter, which is no entry that failed, but has to be seen.
        if (connected !== 'ok') recordFailure(timings, 'room.enter', connected, stage.options.clock.now());
        await connection.close();
        return outcome;
      },
    };
  },
};

/** From the call that raises or lowers a hand to the arrival of its event at one other person in the room. */
export const deliverEvent: Benchmark = {
  operation: 'event.delivery',
  title: 'deliver a room event',
  prepare: async (stage) => {
    const {
      clock,
      access: { contract },
    } = stage.options;
    const { senders, listeners } = await seatWithListeners(stage, await stage.usersFor('hand.raise'));
    await stage.ready(
      senders.map(({ user }) => user),
      'hand.raise',
    );
    const arrivals = await arrivalsAt(stage, listeners);
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
        // The call's own latency is another benchmark's; here it only says when it was sent.
        const client = user.client(new Timings(clock.now()));
        const { outcome: answered, startedAt } = await client.call(operation, { meetingId });
        const arrived = answered === 'ok' ? await arrival.within(stage.options.timeoutMs) : null;
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

/** Seats the senders, and one more in each meeting who only listens: who sends would not have to be told. */
async function seatWithListeners(stage: Stage, users: readonly StageUser[]) {
  const perRoom = PER_MEETING - 1;
  const rooms = Math.ceil(users.length / perRoom);
  const listening = await stage.users(rooms);
  const everybody = listening.flatMap((listener, room) => [
    listener,
    ...users.slice(room * perRoom, (room + 1) * perRoom),
  ]);
  const members = await stage.seat(everybody, PER_MEETING);
  const [listeners, senders] = [new Set(listening), new Set(users)];
  return {
    listeners: members.filter(({ user }) => listeners.has(user)),
    senders: members.filter(({ user }) => senders.has(user)),
  };
}

/** When an event arrived, in ms of the clock: at the latest and at the earliest. */
interface Arrival {
  readonly latest: number;
  readonly earliest: number;
}

async function arrivalsAt(stage: Stage, listeners: readonly Member[]) {
  const awaited = new Map<string, (arrived: Arrival | null) => void>();
  for (const listener of listeners)
    await stage.listen(listener, ({ name, userId }, latest, earliest) =>
      awaited.get(`${name} ${userId}`)?.({ latest, earliest }),
    );
  return {
    next(event: string, userId: string) {
      const { promise, resolve } = deferred<Arrival | null>();
      const key = `${event} ${userId}`;
      awaited.set(key, resolve);
      return {
        /** The arrival, or null when it did not come in time. */
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
