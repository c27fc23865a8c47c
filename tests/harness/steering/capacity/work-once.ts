import type { Journey } from '../../../../src/journeys/journey.ts';

/** Each session is one call: the rate of arrivals is the rate of calls. */
const workOnce: Journey = async (participant) => {
  const failedStep = await participant.arrive();
  return failedStep === undefined ? 'completed' : `gave up: ${failedStep}`;
};

export default workOnce;
