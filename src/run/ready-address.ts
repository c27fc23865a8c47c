import type { ChildProcess } from 'node:child_process';
import { UserError } from '../kernel/errors.ts';

const READY = /meetings service ready at (http:\/\/\S+)/;

/**
 * Where a service listens, which it says when it is ready. One that ends before, or says nothing within the time, is a
 * UserError; the latter is killed. Once it has said so, it is left alone for as long as it lives.
 */
export async function readyAddress(child: ChildProcess, withinMs: number): Promise<string> {
  let said = '';
  let impatient: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      const url = READY.exec(said)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code, signal) =>
      reject(
        new UserError(`The reference service ended with ${signal ?? `code ${code}`} before it was ready.`),
      ),
    );
    impatient = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new UserError(`The reference service was not ready within ${withinMs / 1000} s.`));
    }, withinMs).unref();
  });
  // Else a service that is ready would be killed all the same.
  return ready.finally(() => clearTimeout(impatient));
}
