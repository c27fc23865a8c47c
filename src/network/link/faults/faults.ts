import { z } from 'zod';
import { mistakesIn, numberFrom } from '../../settings.ts';
import type { FaultKind } from './fault-kind.ts';
import * as all from './kinds.ts';

/** A state that a path stays in until it is healed or its time to live is over. */
export type Fault = Readonly<z.infer<(typeof all)[keyof typeof all]['settings']>>;

const kinds = new Map<string, FaultKind>(
  Object.values(all).map((kind) => [kind.settings.shape.kind.value, kind]),
);

export function kindOf({ kind }: Fault): FaultKind {
  return kinds.get(kind)!;
}

export function describeFault(fault: Fault): string {
  return kindOf(fault).describe(fault);
}

const DAY_MS = 24 * 3_600_000;
const ttlSchema = z.object({ ttlMs: numberFrom(1, DAY_MS) });

/** Every mistake in a fault and its time to live, as clauses. */
export function mistakesInFault(fault: Fault, ttlMs: number): string[] {
  return [...mistakesIn(kindOf(fault).settings, fault), ...mistakesIn(ttlSchema, { ttlMs })];
}
