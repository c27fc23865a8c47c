import { UserError } from '../../kernel/errors.ts';
import { printable } from '../../kernel/outside-text.ts';
import { wrapped } from '../../kernel/wrapped.ts';

export type State = 'ok' | 'warning' | 'problem';

/** The result of one check: what was found, and for a warning or a problem what to do. */
export interface Finding {
  readonly state: State;
  readonly message: string;
}

/** One check of this machine and its set-up. It returns several findings if each has its own remedy. */
export interface Checkup {
  /** At most 12 characters. */
  readonly title: string;
  run(): Promise<readonly Finding[]> | readonly Finding[];
}

export const ok = (message: string): Finding => ({ state: 'ok', message });
export const warning = (message: string): Finding => ({ state: 'warning', message });
export const problem = (message: string): Finding => ({ state: 'problem', message });

/** The warnings that are not undefined; without a warning, the finding that all is in order. */
export function warningsOr(good: string, warnings: readonly (string | undefined)[]): Finding[] {
  const found = warnings.filter((text) => text !== undefined).map(warning);
  return found.length > 0 ? found : [ok(good)];
}

/** Runs a check. A mistake of the user or of the environment is a problem; any other error is a fault of this program. */
export async function findingsOf({ run }: Checkup): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split('\n').map(problem);
  }
}

/** `problem  Chromium      …`, in lines of at most 80 characters. */
export function findingText(title: string, { state, message }: Finding): string {
  const first = `${state.padEnd(7)}  ${title.padEnd(12)} `;
  return wrapped(printable(message), first, ' '.repeat(first.length));
}
