import { recordOfBenchmarks } from '../../benchmarks/record.ts';
import type { Phase } from '../../history/new-record.ts';
import type { Past } from '../../history/past.ts';
import type { HistoryRecord } from '../../history/record.ts';
import type { RunFacts } from '../../history/run-facts.ts';
import { type ShardNote, shardsMissing } from '../../run/shard-note.ts';
import { type Asked, type AskedPhase, missingIn } from '../evidence/asked.ts';
import { compareCrowd } from '../evidence/compare-crowd.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { recordOfChaos } from '../records/chaos.ts';
import { recordOfConduct } from '../records/conduct.ts';
import { withoutMissing } from '../records/missing.ts';
import { summarise } from '../summary/summarise.ts';
import type { Collected } from './collected.ts';
import { mergedFacts } from './merged-facts.ts';

interface Context {
  readonly past: Past;
  readonly runId: string;
  /** Those whose blob reports were merged. */
  readonly shards: readonly ShardNote[];
  /** Of the tests of these shards. */
  readonly asked?: Asked | undefined;
}

/**
 * What is remembered of a merged run: one record for each phase of which shards ran a part. Its crowds are compared with
 * the past. What was no shard has been remembered already, by its own run, and is compared only.
 */
export async function mergedRecords(
  crowds: readonly CrowdEvidence[],
  { answers, experiments, benchmarks }: Pick<Collected, 'answers' | 'experiments' | 'benchmarks'>,
  { past, runId, shards, asked }: Context,
): Promise<HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  for (const crowd of crowds) {
    const { record } = await compareCrowd(crowd, summarise(crowd), past);
    if (crowd.mergedFrom !== undefined && crowd.mergedFrom.of > 1) records.push(record);
  }
  const experimented = experiments.flatMap(({ journal, timings, facts }) =>
    timings && isOfShard(facts) ? { journal, timings, facts } : [],
  );
  const whole = (phase: AskedPhase, record: HistoryRecord, done: readonly string[]) =>
    withoutGaps(withoutMissing(record, phase, missingIn(asked, phase, done)), shards);
  const ofShards = answers.flatMap(({ answered, facts }) => (isOfShard(facts) ? { answered, facts } : []));
  const answered = ofShards.map((one) => one.answered);
  if (answered.length > 0)
    records.push(
      whole(
        'conduct',
        recordOfConduct(answered, together(ofShards, runId)),
        answered.map(({ question }) => question),
      ),
    );
  if (experimented.length > 0)
    records.push(
      whole(
        'chaos',
        recordOfChaos(experimented, together(experimented, runId)),
        experimented.map(({ journal }) => journal.experiment.title),
      ),
    );
  const measured = benchmarks.flatMap(({ result, facts }) => (isOfShard(facts) ? { result, facts } : []));
  const results = measured.map(({ result }) => result);
  if (measured.length > 0)
    records.push(
      whole(
        'bench',
        recordOfBenchmarks(results, together(measured, runId)),
        results.map(({ operation }) => operation),
      ),
    );
  return records;
}

/** What a shard that is missing has seen nobody knows. Of crowds, their summary says so. */
function withoutGaps(record: HistoryRecord, shards: readonly ShardNote[]): HistoryRecord {
  const gaps = missingLines(shards);
  if (gaps.length === 0) return record;
  return { ...record, verdict: 'failed', reasons: [...gaps, ...record.reasons] };
}

/** In words, which shards are missing. */
export function missingLines(shards: readonly ShardNote[]): string[] {
  return shardsMissing(shards).map((shard) => `shard ${shard} is missing: its blob report was not merged`);
}

function isOfShard(facts: RunFacts | undefined): facts is RunFacts {
  return facts !== undefined && facts.shard.of > 1;
}

function together(
  parts: readonly { readonly facts: RunFacts }[],
  runId: string,
): Pick<Phase, 'facts' | 'parts'> {
  const byRun = new Map(parts.map(({ facts }) => [facts.runId, facts]));
  return { facts: mergedFacts([...byRun.values()], runId), parts: [...byRun.keys()] };
}
