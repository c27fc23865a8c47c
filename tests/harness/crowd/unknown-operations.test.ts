import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { unknownOperations } from '../../../src/crowd/unknown-operations.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

const mistakes = (TARGETS?: string) =>
  unknownOperations(readSettings({ TARGETS }).targets, referenceContract());

test('names an operation that the contract lacks and suggests the nearest one', () => {
  expect(mistakes('meeting.jion p95 < 1 s; Hand.Raise p95 < 1 s; nothing.like-it p95 < 1 s')).toEqual([
    'TARGETS: target "meeting.jion p95 < 1 s": the contract "reference.yaml" has no operation "meeting.jion". Did you mean "meeting.join"?',
    expect.stringMatching(/"Hand\.Raise".*Did you mean "hand\.raise"\?$/),
    expect.stringMatching(/"nothing\.like-it".*Use one of: .*meeting\.join.*page\.open.*\.$/),
  ]);
});

test('accepts the default targets and all operations that a crowd records', () => {
  expect(mistakes()).toEqual([]);
  for (const operation of [
    'meeting.join',
    'socket.connect',
    'event.delivery',
    'page.lcp',
    'traced.page.open',
    'webrtc.rtt',
  ])
    expect(mistakes(`${operation} p95 < 1 s`)).toEqual([]);
});
