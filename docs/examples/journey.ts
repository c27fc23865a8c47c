import type { Journey } from 'fullhouse/journey';

/** Goes into the meeting, writes three times, and leaves. */
const chat: Journey = async (participant) => {
  const missed = await participant.arrive();
  if (missed !== undefined) return `gave up: ${missed}`;
  for (let count = 0; count < 3; count++) {
    await participant.call('chat.send');
    if (!(await participant.think([500, 1500]))) break;
  }
  const { outcome } = await participant.leave();
  return outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
};

export default chat;
