import { type Deferred, deferred } from '../../kernel/deferred.ts';
import type { LevelOrder } from './order.ts';

/** The orders that a slice has received and not read yet, in their order. They have one reader. */
export class LevelOrders {
  readonly #unread: LevelOrder[] = [];
  #isOver = false;
  #waiting: Deferred<LevelOrder | null> | undefined;

  add(order: LevelOrder): void {
    if (this.#isOver) return;
    if (this.#waiting === undefined) this.#unread.push(order);
    else this.#answer(order);
  }

  /** No order follows: the crowd has ended, or was stopped. Orders that were not read have no effect any more. */
  end(): void {
    this.#isOver = true;
    this.#unread.length = 0;
    if (this.#waiting !== undefined) this.#answer(null);
  }

  /** The next order; null at the end. */
  next(): Promise<LevelOrder | null> {
    if (this.#isOver) return Promise.resolve(null);
    const order = this.#unread.shift();
    if (order !== undefined) return Promise.resolve(order);
    this.#waiting = deferred();
    return this.#waiting.promise;
  }

  #answer(order: LevelOrder | null): void {
    this.#waiting?.resolve(order);
    this.#waiting = undefined;
  }
}
