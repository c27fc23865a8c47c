import { allowances } from '../../meetings/operations.ts';
import type { Benchmark } from '../benchmark.ts';

/** Participants of the meeting that is asked for, its host included: the answer carries them all. */
const ROSTER = 10;

const LIST_LIMIT = 20;

export const healthCheck: Benchmark = {
  operation: 'health.get',
  title: 'health check',
  prepare: async (stage) => {
    const [user] = stage.users(1);
    return {
      facts: {},
      call: async (_, timings) => (await user!.api(timings).health()).outcome,
    };
  },
};

export const createMeeting: Benchmark = {
  operation: 'meeting.create',
  title: 'create a meeting',
  prepare: async (stage) => {
    const users = stage.usersFor(allowances.create);
    return {
      facts: { users: users.length },
      call: async (index, timings) => {
        const user = users[index % users.length]!;
        const title = `fullhouse benchmark ${index} (${stage.options.prefix})`;
        const { outcome, data } = await user.api(timings).create({ title, maxParticipants: 10 });
        if (data) stage.leaveAtEnd(user, data.id);
        return outcome;
      },
    };
  },
};

export const getMeeting: Benchmark = {
  operation: 'meeting.get',
  title: 'get a meeting',
  prepare: async (stage) => {
    const [member] = await stage.seat(stage.users(ROSTER - 1), ROSTER - 1);
    const { meetingId } = member!;
    const users = stage.usersFor(allowances.read);
    return {
      facts: { users: users.length, 'participants in the meeting': ROSTER },
      call: async (index, timings) =>
        (await users[index % users.length]!.api(timings).get(meetingId)).outcome,
    };
  },
};

export const joinMeeting: Benchmark = {
  operation: 'meeting.join',
  title: 'join a meeting',
  prepare: async (stage) => {
    // Each call is the first join of its user; a meeting is full when the next one begins.
    const joiners = stage.users(stage.options.calls);
    const seats = ROSTER - 1;
    const meetings = await stage.meetings(Math.ceil(joiners.length / seats), ROSTER);
    return {
      facts: { users: joiners.length, 'participants per meeting': `${ROSTER} at most` },
      call: async (index, timings) => {
        const [user, meetingId] = [joiners[index]!, meetings[Math.floor(index / seats)]!];
        const { outcome } = await user.api(timings).join(meetingId);
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
    const users = stage.usersFor(allowances.list);
    return {
      facts: { users: users.length, 'meetings created first': listedMeetings, 'asked for': LIST_LIMIT },
      call: async (index, timings) =>
        (await users[index % users.length]!.api(timings).list(LIST_LIMIT)).outcome,
    };
  },
};

export const reportNetwork: Benchmark = {
  operation: 'network.report',
  title: 'report network quality',
  prepare: async (stage) => {
    const members = await stage.seat(stage.usersFor(allowances.quality), ROSTER - 1);
    const seen = { quality: 'good', rtt: 120, packetLoss: 1.5, bandwidth: 900 } as const;
    return {
      facts: { users: members.length, 'participants per meeting': `${ROSTER} at most` },
      call: async (index, timings) => {
        const { user, meetingId } = members[index % members.length]!;
        return (await user.api(timings).reportNetwork(meetingId, seen)).outcome;
      },
    };
  },
};
