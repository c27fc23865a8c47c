/** The seats of a share, counted from 0. A newcomer takes the lowest free one: so meetings fill up one after the other. */
export class Seats {
  #taken = new Uint8Array(64);
  /** No seat below it is free. */
  #lowest = 0;

  take(): number {
    let seat = this.#taken.indexOf(0, this.#lowest);
    if (seat < 0) {
      seat = this.#taken.length;
      const larger = new Uint8Array(2 * seat);
      larger.set(this.#taken);
      this.#taken = larger;
    }
    this.#taken[seat] = 1;
    this.#lowest = seat + 1;
    return seat;
  }

  free(seat: number): void {
    this.#taken[seat] = 0;
    if (seat < this.#lowest) this.#lowest = seat;
  }
}
