import { z } from 'zod';
import { FINDING_VERDICTS } from '../../checks/check.ts';
import { JOURNAL_VERSION, type Journal } from '../../experiments/journal.ts';
import { asWritten } from './as-written.ts';

const time = z.iso.datetime();
const verdict = z.enum(FINDING_VERDICTS);
const named = z.looseObject({ name: z.string(), type: z.string(), tolerance: z.string().optional() });
const activities = z.array(
  z.looseObject({
    activity: named,
    status: z.string(),
    start: time,
    end: time,
    duration: z.number(),
    exception: z.string().optional(),
    tolerance_met: z.boolean().optional(),
  }),
);
const steadyState = z.looseObject({ steady_state_met: z.boolean(), probes: activities }).nullable();
const finding = z.looseObject({
  check: z.string(),
  verdict,
  message: z.string(),
  evidence: z.array(z.unknown()),
});

const factValue = z.union([z.number(), z.string(), z.null()]);
const fact = z.looseObject({
  name: z.string(),
  value: z.union([factValue, z.array(factValue)]),
  unit: z.string().optional(),
  ifAbsent: z.string().optional(),
});

/** The part of an experiment's journal that reports read; the rest is for other tools. */
export const journalSchema = asWritten<Journal>(
  z.looseObject({
    platform: z.string(),
    node: z.string(),
    experiment: z.looseObject({
      title: z.string(),
      description: z.string(),
      tags: z.array(z.string()),
      'steady-state-hypothesis': z.looseObject({ title: z.string(), probes: z.array(named) }),
      method: z.array(named),
      rollbacks: z.array(named),
    }),
    start: time,
    end: time,
    duration: z.number(),
    status: z.string(),
    deviated: z.boolean(),
    steady_states: z.looseObject({ before: steadyState, after: steadyState }),
    run: activities,
    rollbacks: activities,
    fullhouse: z.looseObject({
      version: z.literal(JOURNAL_VERSION, { error: 'another version of fullhouse wrote it' }),
      verdict,
      seed: z.number(),
      facts: z.array(fact),
      faults: z.array(z.looseObject({ name: z.string(), start: time, end: time })).optional(),
      checks: z.array(z.looseObject({ name: z.string(), finding })),
      findings: z.array(finding),
      leftBehind: z.array(z.string()).optional(),
    }),
  }),
);
