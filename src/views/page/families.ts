import { isAction } from '../../timings/catalogue.ts';

/** A group of operations: one group of rows and one group of curves. */
export interface Family {
  readonly title: string;
  /** A caution about comparing its figures with other families; empty without one. */
  readonly note: string;
}

const requests: Family = { title: 'Requests', note: '' };
/** Families by the first word of their operations' names, in the order of the groups. */
const observed: readonly (readonly [word: string, family: Family])[] = [
  ['event', { title: 'Room events', note: 'observed, in no total' }],
  ['sent', { title: 'Sent without an answer', note: 'counted, without a latency, in no total' }],
  ['page', { title: 'In pages', note: 'observed, in no total' }],
  ['webrtc', { title: 'Sound between pages', note: 'observed, in no total' }],
  ['traced', { title: 'In pages, while traced', note: 'slower for it, and in no other figure' }],
];
const others: Family = { title: 'Other observations', note: 'in no total' };

export function familyOf(operation: string): Family {
  if (isAction(operation)) return requests;
  return observed.find(([word]) => operation.startsWith(`${word}.`))?.[1] ?? others;
}

/** The entries by family, requests first; entries of one family keep their order. */
export function byFamily<Value>(
  operations: Readonly<Record<string, Value>>,
): { family: Family; entries: [string, Value][] }[] {
  const entries = Object.entries(operations);
  return [requests, ...observed.map(([, family]) => family), others]
    .map((family) => ({ family, entries: entries.filter(([name]) => familyOf(name) === family) }))
    .filter(({ entries: own }) => own.length > 0);
}
