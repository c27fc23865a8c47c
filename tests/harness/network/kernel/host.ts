import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const output = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' });

/** The interface of this machine that leads to an address. */
export function linkTo(address: string): string | undefined {
  return / dev (\S+)/.exec(output('ip', '-o', 'route', 'get', address))?.[1];
}

export function links(): string[] {
  return readdirSync('/sys/class/net');
}

/** Named namespaces, firewall rules and routes, which a path must not change, or must restore. */
export function hostState() {
  return {
    namespaces: output('ip', 'netns', 'list'),
    rules: output('nft', 'list', 'ruleset'),
    routes: output('ip', 'route', 'list')
      .split('\n')
      // Leave out paths of tests that run at the same time.
      .filter((route) => !/^198\.1[89]\./.test(route)),
  };
}

/** The living processes, with their parents. */
export function processes(): { pid: number; parent: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        // The process has ended.
        return [];
      }
    });
}
