import { randomUUID } from 'node:crypto';
import type { Contract } from '../meetings/contract/contract.ts';
import { REFERENCE_SOURCE } from '../meetings/contract/load.ts';
import type { FindingName } from './catalogue.ts';

/** A value that the service has promised to refuse, in the place of one of a good body. */
export interface AgreedRefusal {
  readonly operation: string;
  /** In the place of the values of a good body; `body` in the place of all of it. */
  readonly change?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly remark?: string;
  readonly broken: FindingName;
  readonly accepted: FindingName;
}

/**
 * What the owners of the reference contract have agreed on and a contract file cannot say: its limits. Which
 * values another service allows is not known, so accepting one is no finding.
 */
export function agreedRefusals(contract: Contract): readonly AgreedRefusal[] {
  return isReference(contract) ? refusals : [];
}

/** Wrong pages beside numbers that are none. */
export function agreedPages(contract: Contract): readonly string[] {
  return isReference(contract) ? ['limit=0', 'status=lively'] : [];
}

function isReference({ source }: Contract): boolean {
  return source === REFERENCE_SOURCE;
}

const type = { broken: 'wrong-types-are-500', accepted: 'wrong-types-accepted' } as const;
const range = { broken: 'wrong-types-are-500', accepted: 'out-of-range-accepted' } as const;
const length = { broken: 'long-text-is-500', accepted: 'long-text-accepted' } as const;
const report = { broken: 'wrong-types-are-500', accepted: 'bad-network-report-accepted' } as const;
const action = { broken: 'wrong-types-are-500', accepted: 'unknown-action-accepted' } as const;

const create = (change: Readonly<Record<string, unknown>>) => ({ operation: 'meeting.schedule', change });
const quality = (change: Readonly<Record<string, unknown>>) => ({ operation: 'network.report', change });

const refusals: readonly AgreedRefusal[] = [
  { operation: 'meeting.create', body: {}, ...type },
  { ...create({ title: null }), ...type },
  { ...create({ maxParticipants: 2.5 }), ...type },
  { ...create({ scheduledStart: 'tomorrow' }), ...type },
  { ...create({ title: '' }), ...range },
  { ...create({ maxParticipants: -1 }), ...range },
  { ...create({ maxParticipants: 1 }), ...range },
  { ...create({ maxParticipants: 1001 }), ...range },
  { ...create({ maxParticipants: 1e99 }), ...range },
  { ...create({ title: 'x'.repeat(101) }), remark: 'a title of 101 characters', ...length },
  { ...create({ title: 'x'.repeat(10_000) }), remark: 'a title of 10,000 characters', ...length },
  { ...create({ description: 'x'.repeat(501) }), remark: 'a description of 501 characters', ...length },
  { operation: 'meeting.join-as', change: { role: 'king' }, ...type },
  { operation: 'network.report', body: {}, ...report },
  { ...quality({ quality: 'superb' }), ...report },
  { ...quality({ packetLoss: 101 }), ...report },
  { ...quality({ packetLoss: -1 }), ...report },
  { operation: 'meeting.control', body: {}, ...action },
  {
    operation: 'meeting.control',
    change: { action: 'explode', participantId: randomUUID() },
    ...action,
  },
];
