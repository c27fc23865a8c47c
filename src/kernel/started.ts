import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from './errors.ts';

const noDescriptor = 'no file descriptor is left (ulimit -n). Raise the limit of open files';

/** Why the operating system cannot start a process, and what the user can do. */
const causes: Readonly<Record<string, string>> = {
  EAGAIN:
    'this user or this container has reached its process limit (ulimit -u, pids.max). Raise the limit, or end other processes',
  ENOMEM: 'no memory is left. Free some, or use less load',
  EMFILE: noDescriptor,
  ENFILE: noDescriptor,
  ENOENT: 'its program, or its working folder, does not exist. Install the program, or create the folder',
  EACCES: 'this user may not run its program. Give the permission',
};

/**
 * Returns a process that certainly runs. If a start fails, Node returns a process without pipes and channel, and emits an
 * error later, which ends this process if nothing listens.
 * @param what begins the message: `The link`
 * @throws {UserError} with the reason of a failed start
 */
export async function started<Child extends ChildProcess>(what: string, start: () => Child): Promise<Child> {
  try {
    const child = start();
    if (child.pid === undefined) await once(child, 'spawn');
    return child;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const why = causes[code];
    throw new UserError(
      `${what} could not be started: ${why === undefined ? message : `${why} (${code})`}.`,
      { cause: error },
    );
  }
}
