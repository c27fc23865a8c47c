import { closestMatch } from 'leven';
import { isAction, standardOperations } from '../../timings/catalogue.ts';
import { inputs } from '../operations.ts';
import { JOURNEY_WORDS } from './contract.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { AnyOperation, EventDefinition } from './operation.ts';
import type { ReadContract } from './schema.ts';

const NAME = /^[a-z][\w-]*(\.[\w-]+)*$/i;

/** Reports an invalid, reserved or misspelt name of an operation. */
export function checkOperationName(name: string, path: Path, mistakes: Mistakes): void {
  if (standardOperations.has(name) || mistakes.addMisspelt(path, name, 'operation', standardOperations))
    return;
  if (!NAME.test(name))
    mistakes.add(
      path,
      `"${name}" is not a valid name of an operation`,
      'use letters, digits, dots and dashes',
    );
  else if (!isAction(name) || JOURNEY_WORDS.includes(name))
    mistakes.add(path, `"${name}" is a reserved name`, 'choose another name');
}

/** Reports a misspelt input of fullhouse. Any other name may be an input that a journey passes. */
export function checkInputs(name: string, written: unknown, path: Path, mistakes: Mistakes): void {
  const known = inputs[name];
  if (known === undefined) return;
  for (const [text, at] of textsIn(written, path))
    for (const [, input = ''] of text.matchAll(/\binput\.(\w+)/g))
      if (!known.includes(input) && closestMatch(input, known, { maxDistance: 2 }) !== undefined)
        mistakes.addUnknown(
          at,
          `"${text}" reads "input.${input}", which ${name} does not have`,
          input,
          known,
        );
}

/** All texts in a part of a contract, each with its place. */
export function textsIn(written: unknown, path: Path): [string, Path][] {
  if (typeof written === 'string') return [[written, path]];
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([key, value]) => textsIn(value, [...path, key]));
}

/** Reports names that the contract does not define, and missing parts. */
export function checkReferences(
  written: ReadContract,
  operations: ReadonlyMap<string, AnyOperation>,
  events: readonly EventDefinition[],
  mistakes: Mistakes,
): void {
  checkCausesAndSocket(written, operations, events, mistakes);
  checkOperationNames(written, [...operations.keys()], mistakes);
  const { mix } = written.journey ?? {};
  if (mix && !Object.values(mix).some((weight) => weight > 0))
    mistakes.add(['journey', 'mix'], 'no action has a weight above 0', 'add one, such as listen: 1');
  if (mix?.hand !== undefined && !(operations.has('hand.raise') && operations.has('hand.lower')))
    mistakes.add(
      ['journey', 'mix', 'hand'],
      'hands are raised and lowered in turn, and the contract lacks one of the two operations',
      'add `hand.raise` and `hand.lower`, or name the operation that is there',
    );
  const isThere = (name: string) => operations.has(name) || mistakes.isMeant(name);
  if (written.meetings === undefined && !isThere('meeting.create'))
    mistakes.add(
      ['operations'],
      'meetings can be neither created nor found',
      'add `meeting.create`, or `meetings: { fixed: […] }`',
    );
  if (!isThere('meeting.join') && !isThere('room.enter'))
    mistakes.add(['operations'], 'no user can take part', 'add `meeting.join`, `room.enter`, or both');
}

function checkCausesAndSocket(
  written: ReadContract,
  operations: ReadonlyMap<string, AnyOperation>,
  events: readonly EventDefinition[],
  mistakes: Mistakes,
): void {
  const known = events.map(({ name }) => name);
  const hasSocket = written.service.socket !== undefined;
  for (const { name, causes, over, isUnique } of operations.values()) {
    const path = ['operations', name];
    const event = events.find((one) => one.name === causes);
    if (causes !== undefined && !event)
      mistakes.addUnknown([...path, 'causes'], `"${causes}" is not an event of this contract`, causes, known);
    if (event?.match && !isUnique)
      mistakes.add(
        [...path, 'causes'],
        `"${causes}" is identified by \`match\`, and "${name}" sends no unique text`,
        `send \${unique}, or remove \`match\` from the event`,
      );
    if (over !== 'http' && !hasSocket)
      mistakes.add(path, `"${name}" needs a socket, and the contract has none`, 'add `service.socket`');
  }
  if (events.length > 0 && !hasSocket)
    mistakes.add(
      ['events'],
      'events arrive over a socket, and the contract has none',
      'add `service.socket`, or remove `events`',
    );
}

/** The sections that name operations: the contract must define each name. */
function checkOperationNames(written: ReadContract, operations: readonly string[], mistakes: Mistakes): void {
  const { limits = {}, journey, metrics } = written;
  const check = (name: string, path: Path, known: readonly string[]) => {
    if (!known.includes(name))
      mistakes.addUnknown(path, `"${name}" is not an operation of this contract`, name, known);
  };
  for (const names of Object.keys(limits))
    for (const name of namesIn(names)) check(name, ['limits', names], operations);
  for (const name of Object.keys(journey?.mix ?? {}))
    check(name, ['journey', 'mix', name], [...operations, ...JOURNEY_WORDS]);
  for (const name of Object.keys(metrics?.routes ?? {})) check(name, ['metrics', 'routes', name], operations);
}

/** The operations that share a limit: `meeting.join, meeting.reconnect`. */
export function namesIn(written: string): string[] {
  return written.split(',').map((name) => name.trim());
}
