import type { Random } from '../kernel/random.ts';
import type { NetworkQuality } from '../meetings/contract.ts';
import type { Participant } from '../participants/participant.ts';
import type { Journey } from './journey.ts';

export interface AttendMeetingOptions {
  /** Actions between joining and leaving. */
  readonly actions: number;
  /** Pause between two actions, evenly distributed, in ms. */
  readonly thinkMs: readonly [number, number];
}

/**
 * Joins, opens the connection, enters the room, acts and thinks in turn, leaves. Of the actions 30 % read the
 * meeting, 20 % raise or lower the hand, 20 % report the network's quality; in the rest the participant listens.
 */
export function attendMeeting({ actions, thinkMs }: AttendMeetingOptions): Journey {
  return async (participant) => {
    if ((await participant.join()).outcome !== 'ok') return 'gave up: meeting.join';
    if ((await participant.connect()) !== 'ok') return leaveEarly(participant, 'socket.connect');
    if ((await participant.enterRoom()) !== 'ok') return leaveEarly(participant, 'room.enter');
    let handIsUp = false;
    for (let action = 0; action < actions; action++) {
      const choice = participant.random();
      if (choice < 0.3) {
        await participant.getMeeting();
      } else if (choice < 0.5) {
        const { outcome } = await (handIsUp ? participant.lowerHand() : participant.raiseHand());
        if (outcome === 'ok') handIsUp = !handIsUp;
      } else if (choice < 0.7) {
        await participant.reportNetwork(someNetwork(participant.random));
      }
      if (!(await participant.think(thinkMs))) break;
    }
    return (await participant.leave()).outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
  };
}

async function leaveEarly(participant: Participant, step: string): Promise<`gave up: ${string}`> {
  await participant.leave();
  return `gave up: ${step}`;
}

/** A home connection: good on the whole, at times poor. */
function someNetwork(random: Random): NetworkQuality {
  const rtt = Math.round(20 + 280 * random() ** 2);
  const packetLoss = Math.round(40 * random() ** 2) / 10;
  const quality = rtt < 100 && packetLoss < 1 ? 'excellent' : rtt < 200 && packetLoss < 3 ? 'good' : 'poor';
  return { quality, rtt, packetLoss, bandwidth: Math.round(600 + 2000 * random()) };
}
