import type { AnyOperation } from '../../meetings/contract/operation.ts';
import { meetingIn } from '../../meetings/new-meeting.ts';
import type { Benchmark } from '../benchmark.ts';

/** Participants of the meeting that is asked for, its host included: the answer carries them all. */
const ROSTER = 10;

const LIST_LIMIT = 20;

export const healthCheck: Benchmark = {
  operation: 'health.get',
  title: 'health check',
  prepare: async (stage) => {
    const [user] = await stage.users(1);
    return {
      facts: {},
      call: async (_, timings) => (await user!.client(timings).health()).outcome,
    };
  },
};

export const createMeeting: Benchmark = {
  operation: 'meeting.create',
  title: 'create a meeting',
  prepare: async (stage) => {
    const users = await stage.usersFor('meeting.create');
    await stage.ready(users, 'meeting.create');
    return {
      facts: { users: users.length },
      call: async (index, timings) => {
        const user = users[index % users.length]!;
        const title = `fullhouse benchmark ${index} (${stage.options.prefix})`;
        const answer = await user.client(timings).create({ title, capacity: 10 });
        const id = meetingIn(stage.options.access, answer);
        if (id !== undefined) stage.leaveAtEnd(user, id);
        return answer.outcome;
      },
    };
  },
};

export const getMeeting: Benchmark = {
  operation: 'meeting.get',
  title: 'get a meeting',
  prepare: async (stage) => {
    const isForMembers = stage.options.isForMembers === true;
    const [member] = isForMembers ? [] : await stage.seat(await stage.users(ROSTER - 1), ROSTER - 1);
    const users = await stage.usersFor('meeting.get');
    // Those who are not inside see the one meeting; else each sees its own.
    const readers = member
      ? users.map((user) => ({ user, meetingId: member.meetingId }))
      : await stage.seat(users, ROSTER - 1);
    await stage.ready(users, 'meeting.get');
    return {
      facts: {
        users: users.length,
        ...(isForMembers
          ? { 'participants per meeting': `${ROSTER} at most` }
          : { 'participants in the meeting': ROSTER }),
      },
      call: async (index, timings) => {
        const { user, meetingId } = readers[index % readers.length]!;
        return (await user.client(timings).get(meetingId)).outcome;
      },
    };
  },
};

export const joinMeeting: Benchmark = {
  operation: 'meeting.join',
  title: 'join a meeting',
  prepare: async (stage) => {
    // Each call is the first join of its user; a meeting is full when the next one begins.
    const joiners = await stage.users(stage.options.calls);
    await stage.ready(joiners, 'meeting.join');
    const seats = ROSTER - 1;
    const meetings = await stage.meetings(Math.ceil(joiners.length / seats), ROSTER);
    return {
      facts: { users: joiners.length, 'participants per meeting': `${ROSTER} at most` },
      call: async (index, timings) => {
        const [user, meetingId] = [joiners[index]!, meetings[Math.floor(index / seats)]!];
        const { outcome } = await user.client(timings).join(meetingId);
        if (outcome === 'ok') stage.leaveAtEnd(user, meetingId);
        return outcome;
      },
    };
  },
};

export const listMeetings: Benchmark = {
  operation: 'meeting.list',
  title: 'list meetings',
  prepare: async (stage) => {
    const { listedMeetings } = stage.options;
    await stage.meetings(listedMeetings, ROSTER);
    const users = await stage.usersFor('meeting.list');
    await stage.ready(users, 'meeting.list');
    return {
      facts: { users: users.length, 'meetings created first': listedMeetings, 'asked for': LIST_LIMIT },
      call: async (index, timings) =>
        (await users[index % users.length]!.client(timings).list(LIST_LIMIT)).outcome,
    };
  },
};

export const reportNetwork: Benchmark = {
  operation: 'network.report',
  title: 'report network quality',
  prepare: async (stage) => {
    const members = await stage.seat(await stage.usersFor('network.report'), ROSTER - 1);
    const seen = { quality: 'good', rtt: 120, packetLoss: 1.5, bandwidth: 900 } as const;
    return {
      facts: { users: members.length, 'participants per meeting': `${ROSTER} at most` },
      call: async (index, timings) => {
        const { user, meetingId } = members[index % members.length]!;
        return (await user.client(timings).reportNetwork(meetingId, seen)).outcome;
      },
    };
  },
};

/** An operation that only this contract has, by members of meetings in turn. */
export function ownOperation({ name }: AnyOperation): Benchmark {
  return {
    operation: name,
    title: `call ${name}`,
    prepare: async (stage) => {
      const members = await stage.seat(await stage.usersFor(name), ROSTER - 1);
      await stage.ready(
        members.map(({ user }) => user),
        name,
      );
      return {
        facts: { users: members.length, 'participants per meeting': `${ROSTER} at most` },
        call: async (index, timings) => {
          const { user, meetingId } = members[index % members.length]!;
          return (await user.client(timings).call(name, { meetingId })).outcome;
        },
      };
    },
  };
}
