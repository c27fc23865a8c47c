import type { z } from 'zod';
import { UserError } from '../../../kernel/errors.ts';
import type { Via } from '../../../kernel/reach.ts';
import { placeOf } from '../../../kernel/thrown.ts';
import type { PathStats } from '../path-stats.ts';
import type { Line } from './line.ts';

/** Whether a fault really has its effect. */
export interface Proof {
  /** Whether the effect was measured. */
  readonly isReal: boolean;
  /** The measured effect, in one clause. */
  readonly message: string;
}

/** The rules of settings by their names, such as `numberFrom(1, 1000)` or any schema of zod 4. */
type Rules = Readonly<Record<string, z.ZodType>>;

/** The settings that these rules allow. */
export type SettingsOf<R extends Rules> = keyof R extends never
  ? Record<never, never>
  : z.infer<z.ZodObject<R>>;

/** One kind of fault. A fault is active until it is healed or its time to live is over. */
export interface FaultDefinition<Kind extends string = string, R extends Rules = Rules> {
  /** The name in reports and errors: words of small letters and digits, joined by hyphens. */
  readonly kind: Kind;
  /** The settings with their rules. Their messages are the rules that an error lists. Without it, the fault has none. */
  readonly settings?: R;
  /** Whether a fault replaces an earlier fault of its kind; otherwise both are active. */
  readonly replacesEarlier?: boolean;
  /** One sentence for reports. */
  describe(settings: SettingsOf<R>): string;
  /** Writes the effect to the line, which has no effect yet. Called once for each fault. */
  apply(line: Line, settings: SettingsOf<R>): void;
  /**
   * Checks an active fault.
   * @param stats counted since the path was opened, or since `startOver`
   * @param via the address to which participants connect
   */
  prove(stats: PathStats, settings: SettingsOf<R>, via: Via): Proof | Promise<Proof>;
}

/** A fault of a team with its settings, for `path.inflict`. */
export interface OwnFault {
  /** What the fault does. */
  readonly definition: FaultDefinition;
  /** Checked when the fault is inflicted. */
  readonly settings: object;
}

/** No argument for a kind without settings; an optional one if all settings are optional. */
type Arguments<Settings> = keyof Settings extends never
  ? []
  : Record<never, never> extends Settings
    ? [settings?: Settings]
    : [settings: Settings];

/** A kind of fault. Call it with its settings: `path.inflict(slowUplink({ kbps: 200 }), { ttlMs: 5000 })`. */
export interface FaultKind<Kind extends string = string, R extends Rules = Rules> {
  /** A fault of this kind, for `path.inflict`, which checks the settings. */
  (...settings: Arguments<SettingsOf<R>>): OwnFault;
  /** What `defineFault` got. */
  readonly definition: FaultDefinition<Kind, R>;
}

/**
 * Defines a kind of damage to the path between participants and the service. The returned kind is called with its
 * settings: `await path.inflict(blackout(), { ttlMs: 5000 })`.
 * @throws {UserError} with the place of the definition and all mistakes in it
 */
export function defineFault<const Kind extends string, const R extends Rules = Record<never, never>>(
  definition: FaultDefinition<Kind, R>,
): FaultKind<Kind, R> {
  const mistakes = mistakesInDefinition(definition);
  if (mistakes.length > 0) {
    const place = placeOf(new Error());
    throw new UserError(`${place === undefined ? '' : `${place}: `}defineFault: ${mistakes.join('; ')}.`);
  }
  const kind = (settings: object = {}): OwnFault => ({ definition, settings });
  return Object.assign(kind, { definition }) as FaultKind<Kind, R>;
}

const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Plain JavaScript may write anything. */
function mistakesInDefinition(definition: Partial<FaultDefinition> | undefined): string[] {
  if (typeof definition !== 'object' || definition === null)
    return ['a fault must be an object with kind, describe, apply and prove'];
  const { kind, settings = {} } = definition;
  const mistakes: string[] = [];
  if (typeof kind !== 'string' || !KIND.test(kind))
    mistakes.push(
      `kind is ${JSON.stringify(kind)}, but must be words of small letters and digits, joined by hyphens`,
    );
  for (const name of ['describe', 'apply', 'prove'] as const)
    if (typeof definition[name] !== 'function') mistakes.push(`${name} must be a function`);
  for (const [name, rule] of Object.entries(settings))
    if (typeof (rule as { safeParse?: unknown } | null)?.safeParse !== 'function')
      mistakes.push(`settings.${name} must be a rule, such as numberFrom(1, 1000) or a schema of zod 4`);
  return mistakes;
}
