import type { EventCause } from '../participants/event-deliveries.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';

export const ANNOUNCE_EVERY_MS = 50;

/** Announces the room events that this slice caused to the other slices, in batches. */
export class Announcements {
  #batch: EventCause[] = [];
  readonly #coordinator: CoordinatorConnection;
  readonly #timer: NodeJS.Timeout;

  constructor(coordinator: CoordinatorConnection) {
    this.#coordinator = coordinator;
    this.#timer = setInterval(() => this.#send(), ANNOUNCE_EVERY_MS);
  }

  add(cause: EventCause): void {
    this.#batch.push(cause);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#send();
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    this.#coordinator.announce(this.#batch);
    this.#batch = [];
  }
}
