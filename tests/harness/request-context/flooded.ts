import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { floodingService } from './floods.ts';

/** The result of a call to a flooding service. */
export interface Flooded {
  readonly path: string;
  /** The status, or the outcome and the cause. */
  readonly ended: string;
  /** The growth of the peak memory of the process, in bytes. */
  readonly grown: number;
}

/** Calls these paths of a flooding service in a separate process, one after the other. */
export async function flooded(paths: readonly string[]): Promise<Flooded[]> {
  using service = await floodingService();
  const script = fileURLToPath(new URL('flooded-calls.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', script, service.baseURL, ...paths], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = await text(child.stdout);
  await closed;
  // The first call loads all code, and is not measured.
  return lines
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Flooded);
}
