import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';

interface Question<Value> {
  readonly text: string;
  /** @throws {UserError} for an answer that is not allowed; then the question comes again */
  read(answer: string): Value;
  /** For an empty answer, and where no question can be asked. */
  readonly fallback: Value;
}

/** Asks questions until there is no answer: without a terminal, or after the end of the input. */
export class Asker {
  readonly #io: Pick<CommandIo, 'ask' | 'err'>;
  readonly #isQuiet: boolean;
  #isUnanswered = false;

  /** @param isQuiet takes the fallback of each question */
  constructor(io: Pick<CommandIo, 'ask' | 'err'>, isQuiet: boolean) {
    this.#io = io;
    this.#isQuiet = isQuiet;
  }

  /** Whether a question got no answer. */
  get isUnanswered(): boolean {
    return this.#isUnanswered;
  }

  async ask<Value>({ text, read, fallback }: Question<Value>): Promise<Value> {
    while (!this.#isQuiet && !this.#isUnanswered) {
      const answer = await this.#io.ask(text);
      if (answer === undefined) this.#isUnanswered = true;
      else if (answer.trim() === '') return fallback;
      else
        try {
          return read(answer.trim());
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          this.#io.err(error.message);
        }
    }
    return fallback;
  }

  /** A question with the answers yes and no; yes is the fallback. */
  confirm(question: string): Promise<boolean> {
    const read = (answer: string) => {
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^n(o)?$/i.test(answer)) return false;
      throw new UserError(`"${answer}" is neither yes nor no. Answer y or n.`);
    };
    return this.ask({ text: `${question} (Y/n) `, read, fallback: true });
  }
}
