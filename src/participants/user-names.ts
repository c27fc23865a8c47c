/**
 * The users of a service that knows them by their connections: each new connection is another id, of the same user.
 * Histories call a user by one name.
 */
export class UserNames {
  readonly #names = new Map<string, string>();

  add(id: string, name: string): void {
    this.#names.set(id, name);
  }

  /** The name of the user, or the id where it is not known. */
  of(id: string): string {
    return this.#names.get(id) ?? id;
  }
}
