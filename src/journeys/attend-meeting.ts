import type { Random } from '../kernel/random.ts';
import type { NetworkQuality } from '../meetings/meeting.ts';
import type { Participant } from '../participants/participant.ts';
import type { Journey } from './journey.ts';
import { weightedChoice } from './weighted-choice.ts';

/** Weights of the actions: operations of the contract, `hand` (raised and lowered in turn) and `listen`. */
export type Mix = Readonly<Record<string, number>>;

/** The settings of the built-in journey `attendMeeting`. */
export interface AttendMeetingOptions {
  /** How many actions each participant performs between joining and leaving. */
  readonly actions: number;
  /** Pause between two actions, evenly distributed, in ms. */
  readonly thinkMs: readonly [number, number];
  /** How often each action is chosen. By default reading, hands, network reports and listening. */
  readonly mix?: Mix | undefined;
}

/** The default mix, for contracts without one. */
const usual: Mix = { 'meeting.get': 30, hand: 20, 'network.report': 20, listen: 30 };

/**
 * Joins the meeting, alternates actions and think time, and leaves. Actions that the service lacks are skipped, and the
 * other actions get their weight. During `listen`, the participant does nothing.
 */
export function attendMeeting({ actions, thinkMs, mix = usual }: AttendMeetingOptions): Journey {
  return async (participant) => {
    const missed = await participant.arrive();
    if (missed !== undefined) return leaveEarly(participant, missed);
    const choose = chooser(mix, participant);
    let handIsUp = false;
    for (let action = 0; action < actions; action++) {
      const choice = choose(participant.random());
      if (choice === 'hand') {
        const { outcome } = await (handIsUp ? participant.lowerHand() : participant.raiseHand());
        if (outcome === 'ok') handIsUp = !handIsUp;
      } else if (choice === 'network.report') {
        await participant.reportNetwork(someNetwork(participant.random));
      } else if (choice === 'meeting.get') {
        await participant.getMeeting();
      } else if (choice !== 'listen') {
        await participant.call(choice);
      }
      if (!(await participant.think(thinkMs))) break;
    }
    return (await participant.leave()).outcome === 'ok' ? 'completed' : 'gave up: meeting.leave';
  };
}

/** A participant that never joined has nothing to leave. */
async function leaveEarly(participant: Participant, step: string): Promise<`gave up: ${string}`> {
  if (step !== 'meeting.join') await participant.leave();
  return `gave up: ${step}`;
}

/** Chooses among the actions that the service has, by a number from 0 to 1. */
function chooser(mix: Mix, participant: Participant): (random: number) => string {
  const possible = Object.entries(mix).filter(([name]) => isPossible(name, participant));
  return (random) => weightedChoice(possible, random) ?? 'listen';
}

function isPossible(name: string, participant: Participant): boolean {
  if (name === 'listen') return true;
  if (name === 'hand') return participant.can('hand.raise') && participant.can('hand.lower');
  return participant.can(name);
}

/** The values of a home connection: mostly good, sometimes poor. */
function someNetwork(random: Random): NetworkQuality {
  const rtt = Math.round(20 + 280 * random() ** 2);
  const packetLoss = Math.round(40 * random() ** 2) / 10;
  const quality = rtt < 100 && packetLoss < 1 ? 'excellent' : rtt < 200 && packetLoss < 3 ? 'good' : 'poor';
  return { quality, rtt, packetLoss, bandwidth: Math.round(600 + 2000 * random()) };
}
