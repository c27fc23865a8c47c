import type { Journey } from 'fullhouse';

/** Each participant sends chat messages, and waits for those of the others. */
const chat: Journey = async (participant) => {
  const failedStep = await participant.arrive();
  if (failedStep !== undefined) return `gave up: ${failedStep}`;
  for (let count = 0; count < 6; count++) {
    if (participant.random() < 0.5) await participant.call('chat.send');
    else await participant.expectEvent('chat', { withinMs: 3000 });
    if (!(await participant.think([200, 800]))) break;
  }
  const { outcome } = await participant.leave();
  return outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
};

export default chat;
