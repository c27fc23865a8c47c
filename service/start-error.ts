/** A start that failed for a reason outside the program: its message alone is what people need to see. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Settings that the service cannot start with. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: string[]) {
    super(mistakes.join('\n'));
  }
}
