import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { commit } from './commit.ts';
import { thisMachine } from './machine.ts';

const require = createRequire(import.meta.url);

/** What decides the figures beside the service: versions and machine. Nothing that names the machine itself. */
export function surroundings() {
  const { os, cpu, cores, memoryBytes } = thisMachine();
  return {
    versions: {
      fullhouse: versionOf('../../package.json'),
      node: process.versions.node,
      playwright: versionOf('@playwright/test/package.json'),
      'socket.io-client': versionOf('socket.io-client/package.json'),
    },
    machine: { os, cpu, cores, memoryBytes },
    commit: commit(),
  };
}

function versionOf(path: string): string {
  const { version } = JSON.parse(readFileSync(require.resolve(path), 'utf8')) as { version: string };
  return version;
}
