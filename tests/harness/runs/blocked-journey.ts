import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import type { Journey } from '../../../src/journeys/journey.ts';
import type { Participant } from '../../../src/participants/participant.ts';

export const BLOCK_MS = 400;
const EVERY_MS = 4000;

const attend = attendMeeting({ actions: 12, thinkMs: [100, 300] });
let isRunning = false;
let isDue = false;

function block(): void {
  const end = performance.now() + BLOCK_MS;
  while (performance.now() < end);
}

/** The usual journey, in a worker that is blocked for a tenth of the time, each time during a call. */
const blockedJourney: Journey = (participant) => {
  if (!isRunning) {
    setInterval(() => {
      isDue = true;
    }, EVERY_MS).unref();
  }
  isRunning = true;
  return attend(blockedAfterCalls(participant));
};

function blockedAfterCalls(participant: Participant): Participant {
  return new Proxy(participant, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'getMeeting') return value.bind(target);
      return () => {
        const answer = participant.getMeeting();
        // After two turns of the event loop, the call has been sent.
        if (isDue) setImmediate(() => setImmediate(block));
        isDue = false;
        return answer;
      };
    },
  });
}

export default blockedJourney;
