import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Capacity, capacitySchema } from '../../../../src/capacity/evidence.ts';
import { runFolder } from '../../../../src/run/run-folder.ts';
import { forkPlain } from '../../benchmarks/known-service.ts';
import { type Outcome, run } from '../../runs/run.ts';

export interface RealSearch {
  /** The work of a call in ms: the capacity is 1000 divided by it. */
  readonly workMs: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly workers?: number;
}

export interface SearchOutcome extends Outcome {
  readonly capacity: Capacity;
}

const here = (name: string) => join(import.meta.dirname, name);

/** Searches the arrivals per second of a service that does one call at a time, with real processes and in real time. */
export async function realSearch({ workMs, settings = {}, workers = 1 }: RealSearch): Promise<SearchOutcome> {
  const child = forkPlain('../steering/capacity/one-at-a-time.mjs', [String(workMs)]);
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const outcome = await run(
      {
        CONTRACT: here('one-at-a-time.yaml'),
        JOURNEY: here('work-once.ts'),
        SERVICE_URL: `http://127.0.0.1:${port}`,
        CAPACITY_OF: 'arrivals',
        CAPACITY_LIMIT: 'meeting.join p95 < 500 ms; error rate < 1 %',
        TARGETS: '',
        ...settings,
      },
      ['--project=capacity', `--workers=${workers}`],
    );
    const file = join(runFolder(outcome.id ?? 'none'), 'evidence/capacity-search/capacity.json');
    return { ...outcome, capacity: capacitySchema.parse(JSON.parse(readFileSync(file, 'utf8'))) };
  } finally {
    child.disconnect();
  }
}
