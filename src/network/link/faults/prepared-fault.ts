import { z } from 'zod';
import { UserError } from '../../../kernel/errors.ts';
import type { Via } from '../../../kernel/reach.ts';
import { thrown } from '../../../kernel/thrown.ts';
import { DIRECTIONS, pathImpairmentSchema } from '../../impairment.ts';
import { mistakesIn, numberFrom } from '../../settings.ts';
import type { PathStats } from '../path-stats.ts';
import type { FaultDefinition, OwnFault, Proof } from './define-fault.ts';
import { resolved, type StandardFault } from './faults.ts';
import type { Line, LineFault } from './line.ts';

/** A fault with valid settings, ready for the proxy. */
export interface PreparedFault {
  readonly onLine: LineFault;
  /** @throws {UserError} if the code of the fault throws, or returns no proof */
  prove(stats: PathStats, via: Via): Promise<Proof>;
}

const DAY_MS = 24 * 3_600_000;
const ttlSchema = z.object({ ttlMs: numberFrom(1, DAY_MS) });
const proofSchema = z.object({ isReal: z.boolean(), message: z.string() });

/**
 * Checks a fault and runs its code, before any path is damaged.
 * @throws {UserError} with the name of the fault and all mistakes
 */
export function preparedFault(fault: StandardFault | OwnFault, ttlMs: number): PreparedFault {
  const { definition, settings: given } = resolved(fault);
  const { kind, settings: rules = {}, replacesEarlier = false } = definition;
  const schema = z.strictObject(rules);
  refuse(kind, [...mistakesIn(schema, given), ...mistakesIn(ttlSchema, { ttlMs })]);
  const settings = schema.parse(given);
  const effect = effectOf(definition, settings);
  const description = ran(kind, 'describe', () => String(definition.describe(settings)));
  const onLine: LineFault = { kind, description, replacesEarlier, ...effect };
  return { onLine, prove: (stats, via) => proofOf(definition, settings, { stats, via }) };
}

type Settings = Parameters<FaultDefinition['describe']>[0];
type Effect = Pick<LineFault, 'impairment' | 'stalled' | 'swallowed' | 'isRefusing'>;

const UNIMPAIRED = Object.freeze({});

function effectOf({ kind, ...definition }: FaultDefinition, settings: Settings): Effect {
  const line: Line = { impairment: UNIMPAIRED, stalled: new Set(), swallowed: new Set(), isRefusing: false };
  const result: unknown = ran(kind, 'apply', () => definition.apply(line, settings));
  const { impairment, isRefusing } = line;
  const [stalled, swallowed] = [[...line.stalled], [...line.swallowed]];
  const unknown = [...stalled, ...swallowed].filter((one) => !DIRECTIONS.includes(one));
  refuse(kind, [
    ...(result instanceof Promise ? ['its apply is asynchronous, but must change the line at once'] : []),
    ...unknown.map((one) => `its apply adds ${JSON.stringify(one)}, but a direction must be "up" or "down"`),
    ...mistakesIn(pathImpairmentSchema, impairment).map(
      (mistake) => `its apply sets a line whose ${mistake}`,
    ),
  ]);
  return {
    ...(impairment === UNIMPAIRED ? {} : { impairment }),
    stalled,
    swallowed,
    isRefusing: Boolean(isRefusing),
  };
}

async function proofOf(
  { kind, ...definition }: FaultDefinition,
  settings: Settings,
  { stats, via }: { stats: PathStats; via: Via },
): Promise<Proof> {
  let proof: unknown;
  try {
    proof = await definition.prove(stats, settings, via);
  } catch (error) {
    throw new UserError(`Fault "${kind}": its prove ${thrown(error)}.`, { cause: error });
  }
  const read = proofSchema.safeParse(proof);
  if (!read.success)
    throw new UserError(
      `Fault "${kind}": its prove returned ${JSON.stringify(proof)}, but must return { isReal, message }.`,
    );
  return read.data;
}

function ran<T>(kind: string, name: string, code: () => T): T {
  try {
    return code();
  } catch (error) {
    throw new UserError(`Fault "${kind}": its ${name} ${thrown(error)}.`, { cause: error });
  }
}

function refuse(kind: string, mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new UserError(`Fault "${kind}": ${mistakes.join('; ')}.`);
}
