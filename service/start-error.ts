/** A start that failed for a reason outside the program: its message alone is what people need to see. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
