import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lane } from './lane.ts';

/** Some processes check once per second whether their owner lives, and a database takes seconds to end. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 250;

/**
 * The leftover processes and interfaces, one line each. Interfaces are found by their owners, whose pids are in base 36 in
 * their names.
 */
export async function startedAndLeft(
  lane: Lane,
  owners: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = [
      ...lane.processes
        .living()
        .map(({ pid, commandLine }) => `process ${pid} (${commandLine.slice(0, 120)})`),
      ...((await answers(lane.port)) ? [`port ${lane.port} is in use`] : []),
      ...ownLinks(owners).map((name) => `network interface ${name}`),
    ];
    if (left.length === 0 || Date.now() > deadline || signal.aborted) return left;
    await pause(LOOK_MS);
  }
}

/** State that stays on the machine if a process does not remove it: interfaces, named namespaces, loopback addresses. */
export function machineState(): string[] {
  const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : [];
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, of = []]) =>
    of.map(({ address }) => `address ${address} of ${name}`),
  );
  return [
    ...linkNames().map((name) => `network interface ${name}`),
    ...namespaces.map((name) => `network namespace ${name}`),
    ...addresses,
  ];
}

/** The names of kernel-path interfaces contain the pid of the process that opened them. */
function ownLinks(owners: ReadonlySet<string>): string[] {
  return linkNames().filter((name) => {
    const owner = /^fh\w+p(\w+)h$/.exec(name)?.[1];
    return owner !== undefined && owners.has(owner);
  });
}

function linkNames(): string[] {
  return existsSync('/sys/class/net') ? readdirSync('/sys/class/net') : [];
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
