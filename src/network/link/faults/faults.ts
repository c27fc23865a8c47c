import { UserError, wordHint } from '../../../kernel/errors.ts';
import type { FaultDefinition, OwnFault, SettingsOf } from './define-fault.ts';
import * as all from './kinds.ts';

type FaultOf<Definition> =
  Definition extends FaultDefinition<infer Kind, infer R> ? Readonly<{ kind: Kind } & SettingsOf<R>> : never;

/**
 * A fault of fullhouse with its settings: `{ kind: 'stalled', direction: 'up' }`. A path stays in this state until it is healed
 * or its time to live is over.
 */
export type StandardFault = FaultOf<(typeof all)[keyof typeof all]['definition']>;

const standard = new Map<string, FaultDefinition>(
  Object.values(all).map(({ definition }) => [definition.kind, definition as unknown as FaultDefinition]),
);

/**
 * The definition of a fault, and its settings.
 * @throws {UserError} for anything else, which plain JavaScript may pass
 */
export function resolved(fault: StandardFault | OwnFault): OwnFault {
  if (typeof fault === 'function' && 'definition' in fault) {
    const { kind } = (fault as OwnFault).definition;
    throw new UserError(`Fault "${kind}": its kind was passed. Call it, with its settings if it has any.`);
  }
  if (typeof fault !== 'object' || fault === null)
    throw new UserError(`${JSON.stringify(fault)} is not a fault. ${hint('')}`);
  if ('definition' in fault) return own(fault as OwnFault);
  const { kind, ...settings } = fault;
  const definition = standard.get(kind);
  if (definition === undefined) throw new UserError(`Unknown fault ${JSON.stringify(kind)}. ${hint(kind)}`);
  return { definition, settings };
}

function own(fault: OwnFault): OwnFault {
  const { kind } = fault.definition;
  const known = standard.get(kind);
  if (known !== undefined && known !== fault.definition)
    throw new UserError(`Fault "${kind}": fullhouse has a fault of this name. Give yours another name.`);
  return fault;
}

function hint(kind: unknown): string {
  const words = wordHint(String(kind), [...standard.keys()]);
  return `${words} For a fault of your own, pass the result of its kind: path.inflict(blackout()).`;
}
