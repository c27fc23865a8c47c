import { randomUUID } from 'node:crypto';
import type { Contract } from '../meetings/contract/contract.ts';
import { REFERENCE_SOURCE } from '../meetings/contract/load.ts';
import type { NetworkQuality } from '../meetings/meeting.ts';
import type { FindingName } from './catalogue.ts';

const report: NetworkQuality = { quality: 'good', rtt: 100, packetLoss: 1, bandwidth: 800 };

/** The `input` of all operations except network reports. No participant has this id. */
const common = {
  title: 'fullhouse conduct',
  description: 'Asked by fullhouse',
  capacity: 10,
  start: '2100-01-01T12:00:00.000Z',
  recording: false,
  limit: 1,
  offset: 0,
  status: 'active',
  role: 'listener',
  action: 'mute',
  participant: '00000000-0000-4000-8000-000000000000',
};

/** The input of a good call of the operation. */
export function goodInput(operation: string): Readonly<Record<string, unknown>> {
  return operation === 'network.report' ? { ...report } : common;
}

/** Values that the contract requires the service to refuse. */
export interface AgreedRefusal {
  readonly operation: string;
  /** Changed values in a good body. `body` replaces the whole body. */
  readonly change?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly remark?: string | undefined;
  readonly broken: FindingName;
  readonly accepted: FindingName;
}

/**
 * The limits of the reference contract, which a contract file cannot state. The limits of other services are unknown,
 * so there are no such findings about them.
 */
export function agreedRefusals(contract: Contract): readonly AgreedRefusal[] {
  return isReference(contract) ? refusals : [];
}

/** Wrong pages in addition to values that are not numbers. */
export function agreedPages(contract: Contract): readonly string[] {
  return isReference(contract) ? ['limit=0', 'status=lively'] : [];
}

function isReference({ source }: Contract): boolean {
  return source === REFERENCE_SOURCE;
}

const refusing =
  (operation: string, accepted: FindingName, broken: FindingName = 'wrong-types-are-500') =>
  (change: Readonly<Record<string, unknown>>, remark?: string): AgreedRefusal => ({
    ...{ operation, accepted, broken, change, remark },
  });

const type = refusing('meeting.schedule', 'wrong-types-accepted');
const range = refusing('meeting.schedule', 'out-of-range-accepted');
const length = refusing('meeting.schedule', 'long-text-accepted', 'long-text-is-500');
const role = refusing('meeting.join-as', 'wrong-types-accepted');
const quality = refusing('network.report', 'bad-network-report-accepted');
const action = refusing('meeting.control', 'unknown-action-accepted');
const empty = (operation: string, accepted: FindingName): AgreedRefusal => ({
  ...{ operation, accepted, body: {}, broken: 'wrong-types-are-500' },
});

const refusals: readonly AgreedRefusal[] = [
  empty('meeting.create', 'wrong-types-accepted'),
  type({ title: null }),
  type({ maxParticipants: 2.5 }),
  type({ scheduledStart: 'tomorrow' }),
  range({ title: '' }),
  range({ maxParticipants: -1 }),
  range({ maxParticipants: 1 }),
  range({ maxParticipants: 1001 }),
  range({ maxParticipants: 1e99 }),
  length({ title: 'x'.repeat(101) }, 'a title of 101 characters'),
  length({ title: 'x'.repeat(10_000) }, 'a title of 10,000 characters'),
  length({ description: 'x'.repeat(501) }, 'a description of 501 characters'),
  role({ role: 'king' }),
  empty('network.report', 'bad-network-report-accepted'),
  quality({ quality: 'superb' }),
  quality({ packetLoss: 101 }),
  quality({ packetLoss: -1 }),
  empty('meeting.control', 'unknown-action-accepted'),
  action({ action: 'explode', participantId: randomUUID() }),
];
