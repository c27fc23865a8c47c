import { expect, test } from '@playwright/test';
import { rosterIsTrue } from '../../../src/checks/catalogue.ts';
import { finding } from '../../../src/checks/check.ts';
import { cut, evidenceLines, grouped, type Piece } from '../../../src/checks/evidence.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { connectionFailures } from '../../../src/checks/ledger-failures.ts';
import { findingLines } from '../../../src/experiments/report.ts';
import { History } from './history.ts';

const late = (who: string): Piece => ({ kind: 'calls were late', subject: who, message: `${who} was late` });
const lines = (pieces: readonly (Piece | string)[], all?: number) => evidenceLines(grouped(pieces, all));

test.describe('printed evidence', () => {
  test('shows one piece as its sentence, and several as one line with examples', () => {
    expect(lines([late('a')])).toEqual(['a was late']);
    expect(lines([late('a'), late('b')])).toEqual(['2 calls were late: a, b']);
    expect(lines('abcdefg'.split('').map(late))).toEqual(['7 calls were late: a, b, c and 4 more']);
    expect(lines('abcdefg'.split('').map(late), 7)).toEqual(['all 7 calls were late: a, b, c and 4 more']);
    expect(lines('abcdefg'.split('').map(late), 8)).toEqual(['7 calls were late: a, b, c and 4 more']);
  });

  test('groups pieces by kind, and counts equal sentences', () => {
    const lost: Piece = { kind: 'calls were lost', message: 'b lost one' };
    expect(lines([late('a'), lost, late('b'), lost, 'x', 'y', 'x'])).toEqual([
      '2 calls were late: a, b',
      '2 calls were lost: b lost one and 1 more',
      'x (2 times)',
      'y',
    ]);
  });

  test('cuts a list after 10 lines and counts the rest', () => {
    const many = Array.from({ length: 1200 }, (_, index) => `sentence ${index}`);
    expect(cut(many)).toHaveLength(11);
    expect(lines(many).at(-1)).toBe('and 1,190 more');
    expect(cut(many.slice(0, 10))).toEqual(many.slice(0, 10));
    expect(finding({ count: 1200, many: 'things', one: 'thing' }, many)).toMatchObject({
      message: '1,200 things, 1,200 violations',
      evidence: expect.arrayContaining(['and 1,190 more']),
    });
  });

  test('shows 111 participants missing from an empty roster in one line', () => {
    const history = new History();
    for (let user = 1; user <= 111; user++) history.call(`user-${user}`, 'meeting.join');
    const found = judgeHistory(rosterIsTrue(), history.state('h', 'service', '').entries);
    expect(findingLines(found)).toEqual([
      '   ❌ the roster is true: 111 participants, 111 violations',
      '        all 111 participants are missing from the roster: user-1, user-2, user-3 and 108 more',
    ]);
    const some = judgeHistory(rosterIsTrue(), history.state('h', 'service', 'user-7 x y').entries);
    expect(evidenceLines(some.evidence)).toEqual([
      '110 participants are missing from the roster: user-1, user-2, user-3 and 107 more',
      '2 users are in the roster, but never joined: x, y',
    ]);
  });

  test('shows the plain sentences of an older journal unchanged', () => {
    expect(evidenceLines(['a is a ghost', 'b is a ghost'])).toEqual(['a is a ghost', 'b is a ghost']);
  });
});

test.describe('connection failures in the ledger', () => {
  test('counts failed connects by the message of the service, and denied room entries', () => {
    const { entries } = new History()
      .socket('a', 'failed', 'Authentication failed')
      .socket('b', 'failed', 'Authentication failed')
      .socket('c', 'failed', 'xhr poll error')
      .socket('d', 'connected')
      .call('d', 'room.enter', 'denied')
      .call('e', 'room.enter')
      .call('e', 'hand.raise', 'timeout');
    expect(connectionFailures(entries, 10)).toEqual([
      '2 × socket.connect "Authentication failed"',
      '1 × socket.connect "xhr poll error"',
      '1 × room.enter denied',
    ]);
    expect(connectionFailures(entries, 1)).toEqual([
      '2 × socket.connect "Authentication failed"',
      '2 × other causes',
    ]);
    expect(connectionFailures([], 10)).toEqual([]);
  });
});
