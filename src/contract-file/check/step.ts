/** One step of the walk through a contract. */
export interface Step {
  /** `A hand.raise`, `B hears hand-raised`. */
  readonly title: string;
  /** The sent message, as text; absent if nothing was sent. */
  readonly sent?: string | undefined;
  readonly received?: string | undefined;
  /** The mismatches with the contract; empty if everything matched. */
  readonly wrong: readonly string[];
  readonly hints: readonly string[];
}

export interface Message {
  readonly name: string;
  readonly values: readonly unknown[];
}

const LONGEST = 400;

/** A value as JSON, truncated if it is long. */
export function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export function messageText({ name, values }: Message): string {
  return `${name} ${values.map(asText).join(', ')}`.trim();
}
