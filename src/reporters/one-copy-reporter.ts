import { existsSync } from 'node:fs';
import type { Reporter } from '@playwright/test/reporter';
import { linkCopies } from '../run/one-copy.ts';

interface Options {
  /** The folder of the run. */
  readonly folder: string;
}

/** After the other reporters: replaces their copies of the files of the run by hard links. */
export default class OneCopyReporter implements Reporter {
  readonly #folder: string;

  constructor({ folder }: Options) {
    this.#folder = folder;
  }

  onEnd(): void {
    if (existsSync(this.#folder)) linkCopies(this.#folder);
  }

  printsToStdio(): boolean {
    return false;
  }
}
