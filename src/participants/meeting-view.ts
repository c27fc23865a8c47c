import type { MeetingState } from '../checks/ledger.ts';
import { type HandField, handOf, type Participant, type RoomEvent } from '../meetings/contract.ts';
import { participantsIn, type Reported } from '../meetings/roster.ts';

interface Seen {
  role: string | undefined;
  handRaised: boolean | undefined;
}

/** A meeting as one participant believes it to be: the last whole state, and the events since. */
export class MeetingView {
  readonly #roster = new Map<string, Seen>();
  readonly #listening = new Set<RoomEvent[]>();
  readonly #hand: HandField | null | undefined;
  #status = 'unknown';
  /** Events alone do not say who was there before. */
  #isWhole = false;

  /** `hand` is the field in which the service reports hands. */
  constructor(hand?: HandField | null) {
    this.#hand = hand;
  }

  /**
   * Asks for a whole state and takes it over. Events that arrive meanwhile may be newer than the answer, which was
   * read before it was sent: they are applied to it again, in their order, which changes nothing that it knew already.
   */
  async refresh<Answer>(
    ask: () => Promise<Answer>,
    read: (answer: Answer) => MeetingState | undefined,
  ): Promise<Answer> {
    const meanwhile: RoomEvent[] = [];
    this.#listening.add(meanwhile);
    try {
      const answer = await ask();
      const state = read(answer);
      if (state) {
        this.#replace(state);
        for (const event of meanwhile) this.#change(event);
      }
      return answer;
    } finally {
      this.#listening.delete(meanwhile);
    }
  }

  apply(event: RoomEvent): void {
    for (const meanwhile of this.#listening) meanwhile.push(event);
    this.#change(event);
  }

  #replace(state: MeetingState): void {
    this.#status = state.status;
    if (!state.roster) return;
    this.#isWhole = true;
    this.#roster.clear();
    for (const { userId, role, handRaised } of state.roster) this.#roster.set(userId, { role, handRaised });
  }

  #change({ name, userId, payload }: RoomEvent): void {
    switch (name) {
      case 'meeting:participant-joined': {
        const participant = payload.participant as Participant | undefined;
        // A participant who comes has the hand down, unless the service says otherwise.
        const handRaised = (participant && handOf(participant, this.#hand)) ?? false;
        this.#roster.set(userId, { role: participant?.role, handRaised });
        break;
      }
      case 'meeting:participant-left':
        this.#roster.delete(userId);
        break;
      case 'meeting:hand-raised':
      case 'meeting:hand-lowered': {
        const seen = this.#roster.get(userId);
        if (seen) seen.handRaised = name === 'meeting:hand-raised';
        break;
      }
      case 'meeting:host-promoted': {
        const seen = this.#roster.get(userId);
        if (seen && typeof payload.role === 'string') seen.role = payload.role;
        break;
      }
    }
  }

  get state(): MeetingState {
    if (!this.#isWhole) return { status: this.#status };
    const roster = [...this.#roster].map(([userId, { role, handRaised }]) =>
      entryOf(userId, role, handRaised),
    );
    return { status: this.#status, roster };
  }
}

/**
 * A state as the service reports it, reduced to what checks compare. `ignored` are users whom the harness has there to
 * look at the roster.
 */
export function stateOf(
  reported: Reported,
  hand?: HandField | null,
  ignored: (userId: string) => boolean = () => false,
): MeetingState {
  const status = reported.meeting.status ?? 'unknown';
  const participants = participantsIn(reported);
  if (!participants) return { status };
  const roster = participants
    .filter(({ userId }) => !ignored(userId))
    .map((participant) => entryOf(participant.userId, participant.role, handOf(participant, hand)));
  return { status, roster };
}

function entryOf(userId: string, role: string | undefined, handRaised: boolean | undefined) {
  return {
    userId,
    ...(role === undefined ? {} : { role }),
    ...(handRaised === undefined ? {} : { handRaised }),
  };
}
