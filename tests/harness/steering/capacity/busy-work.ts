import type { Journey } from '../../../../src/journeys/journey.ts';
import workOnce from './work-once.ts';

/** Each session keeps the processor of its worker busy for this time: one worker starts at most 50 sessions a second. */
const BUSY_MS = 20;

/** Work of the load generator itself, such as the preparation of a large request. */
const busyWork: Journey = async (participant) => {
  const end = performance.now() + BUSY_MS;
  while (performance.now() < end);
  return workOnce(participant);
};

export default busyWork;
