import { meetingIn } from '../../meetings/new-meeting.ts';
import type { Benchmark } from '../benchmark.ts';

/** The participants of one meeting, including its host. Most answers contain all of them. */
const ROSTER = 10;

const AT_MOST = { 'participants per meeting': `${ROSTER} at most` };

const LIST_LIMIT = 20;

export const healthCheck: Benchmark = {
  operation: 'health.get',
  title: 'health check',
  prepare: async (environment) => {
    const [user] = await environment.users(1);
    return {
      facts: {},
      call: async (_, timings) => (await user!.client(timings).call('health.get')).outcome,
    };
  },
};

export const createMeeting: Benchmark = {
  operation: 'meeting.create',
  title: 'create a meeting',
  prepare: async (environment) => {
    const users = await environment.usersFor('meeting.create');
    await environment.ready(users, 'meeting.create');
    return {
      facts: { users: users.length },
      call: async (index, timings) => {
        const user = users[index % users.length]!;
        const title = `fullhouse benchmark ${index} (${environment.options.prefix})`;
        const answer = await user.client(timings).call('meeting.create', { input: { title, capacity: 10 } });
        const id = meetingIn(environment.options.access, answer);
        if (id !== undefined) environment.leaveAtEnd(user, id);
        return answer.outcome;
      },
    };
  },
};

export const getMeeting: Benchmark = {
  operation: 'meeting.get',
  title: 'get a meeting',
  prepare: async (environment) => {
    const isForMembers = environment.options.isForMembers === true;
    const [member] = isForMembers
      ? []
      : await environment.seat(await environment.users(ROSTER - 1), ROSTER - 1);
    const users = await environment.usersFor('meeting.get');
    // All users read one meeting as outsiders. If only participants may read, each user reads its own meeting.
    const readers = member
      ? users.map((user) => ({ user, meetingId: member.meetingId }))
      : await environment.seat(users, ROSTER - 1);
    await environment.ready(users, 'meeting.get');
    return {
      facts: { users: users.length, ...(isForMembers ? AT_MOST : { 'participants in the meeting': ROSTER }) },
      call: async (index, timings) => {
        const { user, meetingId } = readers[index % readers.length]!;
        return (await user.client(timings).call('meeting.get', { meetingId })).outcome;
      },
    };
  },
};

export const joinMeeting: Benchmark = {
  operation: 'meeting.join',
  title: 'join a meeting',
  prepare: async (environment) => {
    // Each call is the first join of its user. The meetings are filled one after the other.
    const joiners = await environment.users(environment.options.calls);
    await environment.ready(joiners, 'meeting.join');
    const seats = ROSTER - 1;
    const meetings = await environment.meetings(Math.ceil(joiners.length / seats), ROSTER);
    return {
      facts: { users: joiners.length, ...AT_MOST },
      call: async (index, timings) => {
        const [user, meetingId] = [joiners[index]!, meetings[Math.floor(index / seats)]!];
        const { outcome } = await user.client(timings).call('meeting.join', { meetingId });
        if (outcome === 'ok') environment.leaveAtEnd(user, meetingId);
        return outcome;
      },
    };
  },
};

export const listMeetings: Benchmark = {
  operation: 'meeting.list',
  title: 'list meetings',
  prepare: async (environment) => {
    const { listedMeetings } = environment.options;
    await environment.meetings(listedMeetings, ROSTER);
    const users = await environment.usersFor('meeting.list');
    await environment.ready(users, 'meeting.list');
    return {
      facts: { users: users.length, 'meetings created first': listedMeetings, 'asked for': LIST_LIMIT },
      call: async (index, timings) => {
        const client = users[index % users.length]!.client(timings);
        return (await client.call('meeting.list', { input: { limit: LIST_LIMIT } })).outcome;
      },
    };
  },
};

export const reportNetwork = byMembers('network.report', 'report network quality', {
  quality: 'good',
  rtt: 120,
  packetLoss: 1.5,
  bandwidth: 900,
});

/** Members of meetings call the operation in turn, with this input. */
export function byMembers(operation: string, title: string, input?: object): Benchmark {
  return {
    operation,
    title,
    prepare: async (environment) => {
      const members = await environment.seat(await environment.usersFor(operation), ROSTER - 1);
      await environment.readyInRoom(members, operation);
      return {
        facts: { users: members.length, ...AT_MOST },
        call: async (index, timings) => {
          const { user, meetingId } = members[index % members.length]!;
          return (await user.client(timings).call(operation, { meetingId, input })).outcome;
        },
      };
    },
  };
}
