/** By which status and which message Allure sorts what is not fine; the first one that fits. */
export interface Category {
  readonly name: string;
  readonly statuses: readonly ('failed' | 'broken')[];
  readonly message?: RegExp;
}

/** Messages of ours that say that nobody knows, rather than that something is wrong. */
const inconclusive =
  /❔|The verdict is "unknown"|the generator: |the load fell short of its schedule: |the generator read answers too late|samples are too few|^stopped early: |^this is shard \d+ of \d+ alone|Not compared with |Cannot tell whether |looked slower than before, and could not be measured again/m;

const lost = /^share \d+ was lost: |^shard \d+ is missing: |^counts do not add up: /m;

export const categories: readonly Category[] = [
  // Of a crowd that lost a share, no figure says what it seems to.
  { name: 'Harness error', statuses: ['failed', 'broken'], message: lost },
  { name: 'Target missed', statuses: ['failed'], message: /❌|^missed: /m },
  { name: 'Check failed', statuses: ['failed'], message: /The verdict is "failed"/ },
  { name: 'Slower than before', statuses: ['failed'], message: / than (?:before|in the baseline) \(/ },
  { name: 'Inconclusive', statuses: ['failed', 'broken'], message: inconclusive },
  { name: 'Harness error', statuses: ['failed', 'broken'] },
];

/** Whether a message says that nobody knows. */
export function isInconclusive(message: string): boolean {
  const [first] = categories.filter((one) => one.message?.test(message) ?? true);
  return first?.name === 'Inconclusive';
}
