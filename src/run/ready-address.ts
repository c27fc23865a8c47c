import type { ChildProcess } from 'node:child_process';
import { UserError } from '../kernel/errors.ts';

const READY = /meetings service ready at (http:\/\/\S+)/;

/**
 * The address that a service prints when it is ready. Throws a UserError if the service ends before, or prints nothing
 * in time; then the service is killed. A ready service is not watched any more.
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
  // Otherwise a ready service would also be killed.
  return ready.finally(() => clearTimeout(impatient));
}
