import type { NetworkQuality } from '../meetings/meeting.ts';

const report: NetworkQuality = { quality: 'good', rtt: 100, packetLoss: 1, bandwidth: 800 };

/** What contracts may read as `input`, whatever the operation; no other id of a participant is like this one. */
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

/** What a good call of the operation is made of. */
export function goodInput(operation: string): Readonly<Record<string, unknown>> {
  return operation === 'network.report' ? { ...report } : common;
}
