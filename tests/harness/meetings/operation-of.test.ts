import { expect, test } from '@playwright/test';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { operationOf } from '../../../src/meetings/contract/operation-of.ts';

const contract = referenceContract();

const id = '0b8e7a52-6a7e-4c55-9a43-3c1f1f4d5a10';
const cases: [string, string | undefined][] = [
  [`/${id}/join`, 'meeting.join'],
  [`/${id}`, 'meeting.get'],
  [`/${id}?full=1`, 'meeting.get'],
  [`/${id}/hand/raise`, 'hand.raise'],
  [`/${id}/network/quality`, 'network.report'],
  [`/${id}/reconnect`, 'meeting.reconnect'],
  [`/${id}/music`, undefined],
  ['', undefined],
  ['/', undefined],
];
for (const [path, operation] of cases) {
  test(`maps …/meetings${path} to ${operation ?? 'no operation'}`, () => {
    expect(operationOf(contract, `http://127.0.0.1:3002/api/v1/meetings${path}`)).toBe(operation);
    expect(operationOf(contract, `https://host/meet/api/v1/meetings${path}`)).toBe(operation);
  });
}

test('maps a path outside the meetings to no operation', () => {
  expect(operationOf(contract, 'http://127.0.0.1:3002/health')).toBeUndefined();
  expect(operationOf(contract, 'https://host/meet/health')).toBeUndefined();
});
