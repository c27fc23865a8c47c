import type { FindingName } from '../../../src/conduct/catalogue.ts';

/** A seeded defect of the reference service, the question that finds it, and its only finding. */
export interface SeededConduct {
  readonly defect: string;
  readonly question: string;
  readonly finding: FindingName;
}

const faults = [
  'forged',
  'unsigned',
  'expired',
  'missing',
  'garbage',
  'wrong-type',
  'wrong-audience',
] as const;

const tokens: readonly SeededConduct[] = (['http', 'socket'] as const).flatMap((via) =>
  faults.map((fault) => ({
    defect: fault.startsWith('wrong') ? `${via}-${fault}` : `${via}-${fault}-tokens`,
    question: `${via}-tokens`,
    finding: `${via}-accepts-${fault}-token` as const,
  })),
);

const seeded = (question: string, defect: string, finding: FindingName = defect as FindingName) => ({
  defect,
  question,
  finding,
});

export const seededConduct: readonly SeededConduct[] = [
  ...tokens,
  seeded('strangers', 'room-for-strangers', 'room-opens-for-strangers'),
  seeded('strangers', 'room-of-nothing', 'room-of-nothing-opens'),
  seeded('strangers', 'reconnect-for-strangers', 'reconnect-answers-strangers'),
  seeded('strangers', 'reconnect-to-ended', 'reconnect-to-ended-meeting'),
  seeded('acting-for-others', 'hand-of-others'),
  seeded('acting-for-others', 'leave-of-others'),
  seeded('acting-for-others', 'control-by-anyone'),
  seeded('acting-for-others', 'network-for-strangers', 'network-report-by-stranger'),
  seeded('acting-for-others', 'hand-of-strangers', 'stranger-hand-acknowledged'),
  seeded('full-meeting', 'host-locked-out'),
  seeded('joining-twice', 'duplicate-rows', 'user-has-several-rows'),
  seeded('bad-bodies', 'malformed-is-500', 'malformed-json-is-500'),
  seeded('bad-bodies', 'stack-in-answers', 'stack-in-answer'),
  seeded('bad-values', 'wrong-types-are-500'),
  seeded('bad-values', 'long-text-accepted'),
  seeded('bad-values', 'any-action', 'unknown-action-accepted'),
  seeded('bad-addresses', 'pages-are-500', 'bad-pages-are-500'),
  seeded('bad-addresses', 'ids-are-500', 'wrong-ids-are-500'),
  seeded('bad-addresses', 'raw-database-text'),
  seeded('bad-addresses', 'no-code-in-refusals', 'refusal-without-code'),
  seeded('texts', 'sql-in-filter', 'sql-in-filter-finds-meetings'),
  seeded('texts', 'html-in-refusals', 'html-echoed'),
  seeded('health', 'health-blind', 'health-hides-a-database-that-is-down'),
  seeded('idle-connections', 'idle-closed', 'idle-connections-close-early'),
  seeded('answer-headers', 'public-cache', 'personal-data-in-public-caches'),
  seeded('foreign-origins', 'any-origin', 'foreign-origin-with-credentials'),
  seeded('rate-limits', 'limits-unannounced', 'rate-limit-without-retry-after'),
  seeded('wrong-payloads', 'empty-payload-crash', 'empty-payload-crashes-the-service'),
  seeded('wrong-payloads', 'wrong-payload-crash', 'wrong-payload-crashes-the-service'),
];

/** These defects end the service, so no other question can follow. */
const endsTheService = /-crash$/;

/**
 * Sets of defects that one service can have at once: at most one for each question, so that each question has one
 * finding. To start a service for each defect would take ten times as long.
 */
export function bundles(all = seededConduct): SeededConduct[][] {
  const found: SeededConduct[][] = [];
  for (const one of all) {
    const isFree = (bundle: SeededConduct[]) =>
      !endsTheService.test(one.defect) && bundle.every(({ question }) => question !== one.question);
    const bundle = found.find(isFree);
    if (bundle) bundle.push(one);
    else found.push([one]);
  }
  return found;
}
