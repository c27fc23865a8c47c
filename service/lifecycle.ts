import type { FastifyBaseLogger } from 'fastify';

/** The time for running requests and queries to finish. The shutdown then continues without them. */
const PATIENCE_MS = 5_000;

/** The resources of the service, in the order of their opening. Closes them once, in the reverse order. */
export class Lifecycle {
  readonly #closers: { name: string; close: () => unknown }[] = [];
  #end: Promise<never> | undefined;

  constructor(readonly log: FastifyBaseLogger) {
    // Ctrl-C reaches the whole process group, and npm forwards it as well. The second signal has no effect.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => void this.end(`received ${signal}`));
    }
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error) => {
        log.fatal({ err: error }, event);
        void this.end(event, 1);
      });
    }
    // The reader of the output may end before this process.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  get isEnding() {
    return this.#end !== undefined;
  }

  onEnd(name: string, close: () => unknown) {
    this.#closers.push({ name, close });
  }

  /** Closes everything and ends the process. The first call decides the reason and the exit code. */
  end(reason: string, exitCode = 0): Promise<never> {
    this.#end ??= this.#close(reason, exitCode);
    return this.#end;
  }

  async #close(reason: string, exitCode: number): Promise<never> {
    this.log.info(`shutting down: ${reason}`);
    for (const { name, close } of this.#closers.reverse()) {
      try {
        await Promise.race([close(), outOfPatience(name)]);
      } catch (error) {
        this.log.error({ err: error }, `closing the ${name} failed`);
      }
    }
    this.log.info('shut down');
    process.exit(exitCode);
  }
}

function outOfPatience(name: string) {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`the ${name} took longer than ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    ).unref();
  });
}
