import type { Random } from '../kernel/random.ts';
import type { Answer } from '../meetings/answer.ts';
import type { NetworkQuality } from '../meetings/meeting.ts';
import type { Outcome } from '../timings/outcome.ts';

/**
 * One virtual user in one meeting. `ProtocolParticipant` drives it over HTTP and Socket.IO, `BrowserParticipant` in a
 * page. Each method records its outcome and latency and never throws: a journey reads the outcome and continues or gives
 * up.
 */
export abstract class Participant {
  /** The id that the service uses for this user. */
  abstract readonly userId: string;
  /** The meeting of this participant. */
  abstract readonly meetingId: string;
  /** The random numbers of this participant: the same seed gives the same behaviour. */
  abstract readonly random: Random;

  /** Whether the service has this operation, by its contract. */
  abstract can(operation: string): boolean;

  /**
   * Calls any operation of the contract about the participant's meeting, over HTTP or as a message over the socket.
   * `input` is what the contract calls `input`.
   */
  abstract call(operation: string, input?: unknown): Promise<Answer>;

  /** Opens the connection of the participant; `ok` if the service has no sockets. */
  abstract connect(): Promise<Outcome>;

  /**
   * Waits for the next event of this name that reaches the participant, for at most `withinMs` from now. Returns how the
   * wait ended: `ok`, `timeout`, or `aborted`. Nothing is recorded.
   * @throws {TypeError} for an event that the contract lacks
   */
  abstract expectEvent(name: string, options: { readonly withinMs: number }): Promise<Outcome>;

  /** Pauses for a random time in the range, in ms, evenly distributed. False if the run asks the participant to leave now. */
  abstract think(rangeMs: readonly [number, number]): Promise<boolean>;

  /** Enters the meeting; returns the step that failed, or undefined. In a page, the join performs all steps. */
  async arrive(): Promise<string | undefined> {
    return (await this.join()).outcome === 'ok' ? undefined : 'meeting.join';
  }

  /** Calls `meeting.join`. Most journeys use `arrive` instead, which performs all steps of the contract. */
  join(): Promise<Answer> {
    return this.call('meeting.join');
  }

  /** Calls `room.enter`, over an open connection. */
  async enterRoom(): Promise<Outcome> {
    return (await this.call('room.enter')).outcome;
  }

  /** Calls `meeting.get`: reads the state of the meeting. */
  getMeeting(): Promise<Answer> {
    return this.call('meeting.get');
  }

  /** Calls `hand.raise`. */
  raiseHand(): Promise<Answer> {
    return this.call('hand.raise');
  }

  /** Calls `hand.lower`. */
  lowerHand(): Promise<Answer> {
    return this.call('hand.lower');
  }

  /** Calls `network.report` with the quality that this participant measured. */
  reportNetwork(seen: NetworkQuality): Promise<Answer> {
    return this.call('network.report', seen);
  }

  /** Calls `meeting.leave`. Without such an operation, the participant only disconnects. */
  leave(): Promise<Answer> {
    return this.call('meeting.leave');
  }
}
