import type { MeetingState } from '../checks/ledger.ts';
import type { Meeting, Participant, RoomEvent } from '../meetings/contract.ts';

interface Seen {
  role: string | undefined;
  handRaised: boolean;
}

/** A meeting as one participant believes it to be: the last whole state, and the events since. */
export class MeetingView {
  readonly #roster = new Map<string, Seen>();
  readonly #listening = new Set<RoomEvent[]>();
  #status = 'unknown';

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
    this.#roster.clear();
    for (const { userId, role, handRaised } of state.roster) this.#roster.set(userId, { role, handRaised });
  }

  #change({ name, userId, payload }: RoomEvent): void {
    switch (name) {
      case 'meeting:participant-joined': {
        const participant = payload.participant as Participant | undefined;
        this.#roster.set(userId, { role: participant?.role, handRaised: isTrue(participant?.isHandRaised) });
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
    const roster = [...this.#roster].map(([userId, { role, handRaised }]) =>
      entryOf(userId, role, handRaised),
    );
    return { status: this.#status, roster };
  }
}

/** A state as the service tells it, reduced to what checks compare. */
export function stateOf(meeting: Meeting, participants: readonly Participant[]): MeetingState {
  const roster = participants.map(({ userId, role, isHandRaised }) =>
    entryOf(userId, role, isTrue(isHandRaised)),
  );
  return { status: meeting.status ?? 'unknown', roster };
}

function entryOf(userId: string, role: string | undefined, handRaised: boolean) {
  return role === undefined ? { userId, handRaised } : { userId, role, handRaised };
}

/** Deployed services leave booleans out when false, or write them as numbers. */
function isTrue(value: boolean | number | undefined): boolean {
  return value === true || value === 1;
}
