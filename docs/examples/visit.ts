import type { Journey } from 'fullhouse';

/** Each participant looks at the meeting a few times. `participant.call(name)` calls any operation of the contract. */
const visit: Journey = async (participant) => {
  const failedStep = await participant.arrive();
  if (failedStep !== undefined) return `gave up: ${failedStep}`;
  for (let count = 0; count < 6; count++) {
    if (participant.can('meeting.get')) await participant.call('meeting.get');
    if (!(await participant.think([200, 800]))) break;
  }
  const { outcome } = await participant.leave();
  return outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
};

export default visit;
