import type { MeetingState } from '../checks/ledger.ts';
import { handIn } from '../meetings/contract/operation.ts';
import type { RoomEvent } from '../meetings/room-event.ts';
import type { Reported } from '../meetings/roster.ts';

interface Seen {
  role: string | undefined;
  handRaised: boolean | undefined;
}

/** A meeting as one participant sees it: the last whole state, and the events since then. */
export class MeetingView {
  readonly #roster = new Map<string, Seen>();
  readonly #listening = new Set<RoomEvent[]>();
  #status = 'unknown';
  /** Whether a whole roster was read: events alone do not show the earlier participants. */
  #isWhole = false;

  /**
   * Asks for a whole state and takes it over. Events that arrive meanwhile may be newer than the answer, so they are
   * applied to it again, in their order. An event that the answer already includes changes nothing.
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

  #change({ name, userId, definition, values }: RoomEvent): void {
    switch (name) {
      case 'participant-joined': {
        const role = definition.role?.(values);
        // A new participant has the hand down, unless the service reports another position.
        const handRaised = handIn(definition.hand?.(values)) ?? false;
        this.#roster.set(userId, { role: typeof role === 'string' ? role : undefined, handRaised });
        break;
      }
      case 'participant-left':
        this.#roster.delete(userId);
        break;
      case 'hand-raised':
      case 'hand-lowered': {
        const seen = this.#roster.get(userId);
        if (seen) seen.handRaised = name === 'hand-raised';
        break;
      }
      case 'host-promoted': {
        const [seen, role] = [this.#roster.get(userId), definition.role?.(values)];
        if (seen && typeof role === 'string') seen.role = role;
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
 * A state that the service reports, reduced to the fields that checks compare. `ignored` are users whom the harness has
 * in the meeting to read the roster. If the service reports hands, a hand that it does not report is down.
 */
export function stateOf(
  { status, participants }: Reported,
  reportsHands = false,
  ignored: (userId: string) => boolean = () => false,
  names?: ReadonlyMap<string, string>,
): MeetingState {
  if (!participants) return { status };
  const roster = participants
    .filter(({ userId }) => !ignored(userId))
    .map(({ userId, role, handRaised }) =>
      entryOf(names?.get(userId) ?? userId, role, handRaised ?? (reportsHands ? false : undefined)),
    );
  return { status, roster };
}

function entryOf(userId: string, role: string | undefined, handRaised: boolean | undefined) {
  return {
    userId,
    ...(role === undefined ? {} : { role }),
    ...(handRaised === undefined ? {} : { handRaised }),
  };
}
