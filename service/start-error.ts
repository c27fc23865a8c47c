/** A failed start with a reason outside the program. Users see only its message. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The mistakes in the settings of the service. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: string[]) {
    super(mistakes.join('\n'));
  }
}
