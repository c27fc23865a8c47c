import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import type { Journey } from '../../../src/journeys/journey.ts';

/** Objects per step. It is small, so that the heap grows over several reports of the slice. */
const STEP = 25_000;
const EVERY_MS = 50;

const attend = attendMeeting({ actions: 30, thinkMs: [100, 300] });
const kept: unknown[] = [];
let isRunning = false;

/** The usual journey, in a worker that allocates memory until its heap is full. */
const hungryJourney: Journey = (participant) => {
  if (!isRunning) {
    setInterval(() => kept.push(Array.from({ length: STEP }, (_, number) => ({ number }))), EVERY_MS).unref();
  }
  isRunning = true;
  return attend(participant);
};

export default hungryJourney;
