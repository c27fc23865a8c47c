import { z } from 'zod';
import { capacitySchema } from '../../capacity/evidence.ts';
import { reasonSchema } from '../../history/reason.ts';
import { judgementSchema } from '../../targets/judgement.ts';
import { distributionsSchema } from './distribution-schema.ts';
import { seriesSchema } from './series-schema.ts';

const count = z.int().min(0);
const ms = z.number();

const percentile = z
  .union([
    z.object({
      valueMs: ms,
      lowMs: ms.describe('lower bound of the 95% confidence interval, from order statistics'),
      highMs: ms.nullable().describe('upper bound; null where the samples give none'),
      earliestMs: ms
        .optional()
        .describe(
          'lower bound: the answer arrived between two readings of the generator’s sockets; valueMs is the upper bound',
        ),
      count,
    }),
    z.object({ count, needed: count }).describe('too few samples: the percentile would be the maximum'),
  ])
  .describe('a percentile by nearest rank');

const latency = z
  .object({ count, minMs: ms, maxMs: ms, avgMs: ms, p50: percentile, p95: percentile, p99: percentile })
  .nullable()
  .describe('null when there is no sample');

const outcomes = z.record(z.string(), count).describe('how often each outcome was recorded');

const operation = z.object({
  kind: z.enum(['action', 'observation']).describe('observations are not part of the totals'),
  total: count.describe('all outcomes except aborted and generator limit'),
  outcomes,
  latency: latency.describe(
    'successes, from the actual start to the complete answer; without the calls in drained',
  ),
  drained: latency.describe(
    'successes that began after participants were asked to leave; no target reads them',
  ),
  response: latency.describe('successes, from the intended start: free of coordinated omission'),
  failedLatency: latency.describe('failures; rate-limited answers are counted, but have no sample'),
  lateStart: latency.describe('actual minus intended start'),
  slowest: z
    .array(
      z.object({
        ms,
        atS: count.describe('the second of the run in which the call ended'),
        outcome: z.string(),
        userId: z.string(),
        meetingId: z.string().optional().describe('absent for a call without a meeting'),
      }),
    )
    .describe('the slowest calls of participants without a browser, the slowest first'),
  causes: z.array(z.object({ cause: z.string(), outcome: z.string(), count, samples: z.array(z.string()) })),
  server: z
    .object({
      count,
      avgMs: ms,
      p95Ms: ms.nullable().describe('estimated within a bucket of its histogram; null outside of its bounds'),
      p95Outside: z
        .object({ side: z.enum(['below', 'above']), ms })
        .nullable()
        .describe('the bound of the first or last bucket, if the P95 lies beyond it'),
    })
    .nullable()
    .describe('the service’s own figures of the same calls; null if it reports none, see serviceNotes'),
});

const part = z.object({
  total: count.describe('actions of these participants'),
  failed: count,
  latency: latency.describe('successes of their actions'),
  operations: z.record(z.string(), z.object({ total: count, failed: count, latency })),
});

const notJudged = z.array(z.object({ target: z.string(), unavailableReason: z.string() }));

const browsers = z.object({
  requested: count.describe('participants in browsers at a time'),
  peak: count,
  unavailableReason: z
    .string()
    .nullable()
    .describe('why no browser took part, although browsers were requested'),
  sessions: z.object({
    started: count,
    completed: count,
    gaveUp: z.record(z.string(), count),
    cutShort: count,
  }),
  traced: count.describe('traced sessions; their operations have the prefix "traced."'),
  crashes: count.describe('pages that crashed'),
  byKind: z.object({ protocol: part, browsers: part }).describe('the totals by kind of participant'),
  experience: z
    .record(
      z.string(),
      z.object({
        unit: z.string(),
        count,
        p50: z.number().nullable(),
        p75: z.number().nullable(),
        p95: z.number().nullable(),
        max: z.number(),
      }),
    )
    .describe('page metrics; a percentile with too few samples is null'),
  problems: z.array(z.object({ kind: z.string(), cause: z.string(), count, samples: z.array(z.string()) })),
  notJudged: notJudged.describe('default targets of pages without enough samples'),
});

export const summarySchema = z.object({
  schema: z.literal('fullhouse/summary/2'),
  verdict: z.enum(['passed', 'failed', 'inconclusive', 'interrupted']),
  answer: z
    .object({
      sentence: z.string().describe('the verdict with its cause, for people'),
      fromS: z.number().optional().describe('start of the time that it names, in seconds of the run'),
      toS: z.number().optional(),
      operation: z.string().optional().describe('the operation that it names'),
    })
    .describe('the answer in one sentence'),
  reasons: z.array(reasonSchema).describe('why the verdict is not "passed", the cause first'),
  partial: z
    .boolean()
    .describe(
      'the figures cover only a part of the crowd: a slice was lost, the run was stopped, or it is one shard of several',
    ),
  run: z.object({
    id: z.string(),
    crowd: z.string(),
    startedAt: z.string().nullable().describe('release of the barrier, ISO 8601'),
    scheduleS: z.number().describe('seconds in which participants arrive'),
    durationS: z.number().describe('seconds until the last participant left'),
    commit: z.string().nullable(),
  }),
  service: z.object({
    url: z.string(),
    startedForTheRun: z.boolean(),
    defects: z.string().optional().describe('seeded into the reference service; absent without defects'),
    offers: z.array(z.string()).optional().describe('the features of the service, in words'),
  }),
  settings: z.record(z.string(), z.unknown()).describe('without secrets'),
  seed: count,
  schedule: z.string(),
  network: z
    .string()
    .nullable()
    .describe('the network conditions of the participants; null for a direct connection'),
  sockets: z
    .string()
    .optional()
    .describe('the Socket.IO client of the participants; absent if the service has no Socket.IO'),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ os: z.string(), cpu: z.string(), cores: count, memoryBytes: count }),
  slices: z.array(
    z.object({ slice: count, of: count, state: z.enum(['finished', 'lost', 'stopped']), recorded: count }),
  ),
  users: z
    .object({ requested: count, peak: count })
    .describe(
      'concurrent users, with browser participants; peak: the mean over the busiest second, or the maximum of a schedule shorter than a second',
    ),
  sessions: z.object({
    started: count,
    completed: count,
    gaveUp: z.record(z.string(), count).describe('by the step that failed'),
    cutShort: count,
    rejected: count.describe('arrivals skipped because the user limit was reached, as the schedule intends'),
    dropped: count.describe(
      'arrivals that an arrival rate requires, skipped because the user limit was reached',
    ),
    limited: count.describe('gave up because the load generator had no port, descriptor or memory left'),
  }),
  drops: z
    .record(z.string(), count)
    .describe('connections that ended without a request of the participant, by reason'),
  events: z
    .object({
      judged: count.describe('deliveries to members who stayed long enough after the call'),
      arrived: count.describe('within the limit'),
      late: count.describe(
        'after the limit, or missing when the member left although later events had arrived',
      ),
      lost: count.describe('never arrived'),
      notJudged: count.describe('the member left or lost its connection too soon; in no other figure'),
      twice: count.describe('judged deliveries that arrived more than once'),
      duplicates: count.describe('arrivals after the first one'),
      unexplained: count.describe('arrivals that no call of a participant explains'),
    })
    .describe('room events, from the call that causes an event to each other member of the room'),
  totals: z.object({
    total: count,
    successful: count,
    failed: count,
    drained: count.describe(
      'part of successful: calls that began after participants were asked to leave; not in latency',
    ),
    rateLimited: count.describe('part of failed'),
    aborted: count.describe('ended by the harness; in no other figure'),
    generatorLimit: count.describe('calls that a limit of the load generator prevented; in no other figure'),
    errorRatePercent: z.number().nullable(),
    perSecond: z.number().describe('total over the time in which participants arrive and finish'),
    averageOfSeconds: z.number().nullable().describe('mean of the rates of the full seconds of the schedule'),
  }),
  latency: latency.describe('successes of all actions'),
  operations: z.record(z.string(), operation),
  serviceNotes: z
    .array(z.string())
    .describe(
      'notes about the service, a sentence each: figures that are left out, idle connections, messages without an answer',
    ),
  browsers: browsers.nullable().describe('null if no browser participants were requested'),
  targets: z.array(judgementSchema),
  notJudged: notJudged.describe('default targets without enough samples'),
  selfCheck: z.object({
    ok: z.boolean().describe('no finding puts the verdict in doubt'),
    adds: z
      .object({
        p50Ms: ms.nullable(),
        p95Ms: ms.nullable(),
        p99Ms: ms.nullable(),
        canaryCalls: count.describe('calls of the canary to its local echo; in no figure of the service'),
        withoutCanary: z.string().nullable().describe('why only the brackets are known; null with a canary'),
      })
      .nullable()
      .describe(
        'upper bound of what the load generator adds to latencies: the larger of the canary’s measurement and the width of the bracket of all actions; null without reports',
      ),
    findings: z.array(
      z.object({
        check: z.string(),
        value: z.number(),
        bound: z.number(),
        unit: z.string(),
        ok: z.boolean(),
        spoils: z
          .enum(['everything', 'load', 'pages', 'connections', 'nothing'])
          .describe(
            'the results that are in doubt if the check is not ok: everything, because calls could not be made; load: all met targets, because the load was not as requested; pages and connections: missed targets of pages and of lost connections; nothing: the check is a warning',
          ),
        hint: z.string(),
      }),
    ),
    workers: z.array(
      z.object({
        slice: count,
        loopDelayP99Ms: ms.describe(
          'P99 of the time that arriving data waits until the event loop reads its sockets',
        ),
        loopDelayMaxMs: ms.describe('the longest time in which it did not read its sockets'),
        processorWaitPercent: z
          .number()
          .optional()
          .describe(
            'part of the time in which the thread was ready but had no processor; absent if the system does not report it',
          ),
        cpuMean: z.number(),
        cpuPeak: z.number(),
        memoryPeakBytes: count,
        openFilesPeak: count.nullable(),
        openFilesLimit: count.nullable(),
        localPorts: z
          .object({ used: count, limit: count })
          .optional()
          .describe(
            'local ports for connections to the service: two for each participant; absent if unknown',
          ),
        startSkewMs: ms,
        browser: z
          .object({
            cpuMean: z.number(),
            cpuPeak: z.number(),
            cores: count,
            memoryPeakBytes: count.nullable(),
          })
          .optional()
          .describe('the processes of the browser that the worker drives'),
      }),
    ),
  }),
  capacity: capacitySchema
    .optional()
    .describe('the capacity search of the crowd, which decides the verdict; absent for a load'),
  timeline: z.array(
    z.object({
      second: count,
      users: count,
      total: count,
      failed: count,
      p50Ms: ms.nullable(),
      p95Ms: ms.nullable(),
    }),
  ),
  series: seriesSchema,
  distributions: distributionsSchema,
});

/** JSON Schema of `summary.json`, for tools that read it: the content of `docs/summary.schema.json`. */
export function summaryJsonSchema(): object {
  return { title: 'summary.json of a fullhouse run', ...z.toJSONSchema(summarySchema) };
}

/** One crowd of one run: the data of every report. Percentiles are computed only here. */
export type Summary = z.infer<typeof summarySchema>;
export type SummaryLatency = Summary['latency'];
export type SummaryPercentile = NonNullable<SummaryLatency>['p95'];
