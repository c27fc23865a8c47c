import { verdictSentence } from '../../history/answer.ts';
import type { Phase } from '../../history/new-record.ts';
import type { Past } from '../../history/past.ts';
import type { Reason } from '../../history/reason.ts';
import type { HistoryRecord } from '../../history/record.ts';
import type { RunFacts } from '../../history/run-facts.ts';
import { type ShardNote, shardsMissing } from '../../run/shard-note.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import type { Asked } from '../evidence/asked.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { compareCrowd } from '../records/compare-crowd.ts';
import { recordsOfPhases } from '../records/phases.ts';
import { summarise } from '../summary/summarise.ts';
import { missingShardText } from '../summary/wholeness.ts';
import type { Collected, CollectedExperiment } from './collected.ts';
import { mergedFacts } from './merged-facts.ts';

interface Context {
  readonly past: Past;
  readonly runId: string;
  /** The shards whose blob reports were merged. */
  readonly shards: readonly ShardNote[];
  /** The result of the tests of these shards. */
  readonly asked?: Asked | undefined;
}

/**
 * The records of a merged run: one for each phase that shards divided. Its crowds are compared with the past. A part
 * that was not a shard already has the record of its own run.
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
  const of = {
    conduct: answers.filter(isOfShard),
    chaos: experiments.filter(isOfShard).filter(hasTimings),
    bench: benchmarks.filter(isOfShard),
  };
  const results = {
    answers: of.conduct.map(({ answered }) => answered),
    experiments: of.chaos,
    benchmarks: of.bench.map(({ result }) => result),
  };
  const phases = recordsOfPhases(results, (phase) => together(of[phase], runId), asked);
  return [...records, ...phases.map((record) => withoutGaps(record, shards))];
}

/** A missing shard makes the record incomplete. The summary of a crowd has this reason already. */
function withoutGaps(record: HistoryRecord, shards: readonly ShardNote[]): HistoryRecord {
  const gaps = missingLines(shards).map((message): Reason => ({ kind: 'shard missing', message }));
  if (gaps.length === 0) return record;
  const answer = verdictSentence('failed', gaps.map(({ message }) => message).join('; '));
  return { ...record, verdict: 'failed', answer, reasons: [...gaps, ...record.reasons] };
}

/** A sentence that names the missing shards. */
export function missingLines(shards: readonly ShardNote[]): string[] {
  return shardsMissing(shards).map(missingShardText);
}

function isOfShard<One extends { readonly facts: RunFacts | undefined }>(
  one: One,
): one is One & { readonly facts: RunFacts } {
  return one.facts !== undefined && one.facts.shard.of > 1;
}

function hasTimings<One extends Pick<CollectedExperiment, 'timings'>>(
  one: One,
): one is One & { readonly timings: EncodedTimings } {
  return one.timings !== undefined;
}

function together(
  parts: readonly { readonly facts: RunFacts }[],
  runId: string,
): Pick<Phase, 'facts' | 'parts'> {
  const byRun = new Map(parts.map(({ facts }) => [facts.runId, facts]));
  return { facts: mergedFacts([...byRun.values()], runId), parts: [...byRun.keys()] };
}
