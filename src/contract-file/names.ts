import { closestMatch } from 'leven';
import { standardEvents } from '../meetings/contract/contract.ts';
import { standardOperations } from '../timings/catalogue.ts';
import { wordsOf } from './words.ts';

/** Words of the journey. */
const RESERVED = new Set(['hand', 'listen']);

/** A name for an operation that fullhouse does not know. One that nearly is a standard one would be taken for a mistake. */
export function operationName(words: readonly string[]): string {
  return freeName(words, 'message', [...standardOperations, ...RESERVED]);
}

/** The same for an event. */
export function eventName(wire: string): string {
  return freeName(wordsOf(wire), 'event', [...standardEvents]);
}

function freeName(words: readonly string[], kind: string, standard: readonly string[]): string {
  const name = words.join('-');
  const isFree = /^[a-z]/.test(name) && closestMatch(name, standard, { maxDistance: 2 }) === undefined;
  return isFree ? name : [kind, ...words].join('-');
}
