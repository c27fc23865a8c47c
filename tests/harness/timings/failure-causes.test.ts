import { expect, test } from '@playwright/test';
import { failuresOf, failureText, failureTexts } from '../../../src/timings/failure-causes.ts';

const text = (cause: string) => failureText({ operation: 'meeting.leave', cause, count: 1024 });

test.describe('How is a failure written?', () => {
  test('with its status, and with the code or the words of the service', () => {
    expect(text('500 Deadlock found')).toBe('1,024 × meeting.leave 500 "Deadlock found"');
    expect(text('500 "Deadlock found"')).toBe('1,024 × meeting.leave 500 "Deadlock found"');
    expect(text('403 MEETING_FULL')).toBe('1,024 × meeting.leave 403 MEETING_FULL');
    expect(text('500')).toBe('1,024 × meeting.leave 500');
    expect(text('connection reset')).toBe('1,024 × meeting.leave connection reset');
  });

  test('the most frequent first, and the others as a number', () => {
    const failures = failuresOf({
      'meeting.get': { causes: [{ cause: '500', count: 1, outcome: 'error' }] },
      'meeting.join': {
        causes: [
          { cause: '403 MEETING_FULL', count: 7, outcome: 'error' },
          { cause: 'no answer', count: 2, outcome: 'error' },
        ],
      },
      // A limit of the load generator is no failure of the service.
      'meeting.leave': { causes: [{ cause: 'no port', count: 9, outcome: 'generator limit' }] },
    });
    expect(failureTexts(failures, 2)).toEqual([
      '7 × meeting.join 403 MEETING_FULL',
      '2 × meeting.join no answer',
      '1 × other causes',
    ]);
    expect(failureTexts(failures, 3).at(-1)).toBe('1 × meeting.get 500');
    expect(failureTexts([], 3)).toEqual([]);
  });
});
