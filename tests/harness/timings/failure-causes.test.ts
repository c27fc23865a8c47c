import { expect, test } from '@playwright/test';
import { failuresOf, failureText, failureTexts, shownCause } from '../../../src/timings/failure-causes.ts';

const text = (cause: string) => failureText({ operation: 'meeting.leave', cause, count: 1024 });

test.describe('the text of a failure', () => {
  test('shows the status, and the code or message of the service', () => {
    expect(text('500 Deadlock found')).toBe('1,024 × meeting.leave 500 "Deadlock found"');
    expect(text('500 "Deadlock found"')).toBe('1,024 × meeting.leave 500 "Deadlock found"');
    expect(text('403 MEETING_FULL')).toBe('1,024 × meeting.leave 403 MEETING_FULL');
    expect(text('500')).toBe('1,024 × meeting.leave 500');
    expect(text('connection reset')).toBe('1,024 × meeting.leave connection reset');
  });

  test('lists the most frequent first, and counts the others', () => {
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

test.describe('the text of an anonymized cause', () => {
  const cause = 'The service redirects from <url> to <url> which is not the service.';
  const sample =
    'Error: The service redirects from http://a:1 to https://u:p@b:2/in?token=x, which is not the service.\n  log';

  test('shows the addresses of the first failure without passwords and queries', () => {
    expect(failureText({ operation: 'meeting.get', cause, count: 2, samples: [sample] })).toBe(
      '2 × meeting.get The service redirects from http://a:1 to https://b:2/in, which is not the service.',
    );
  });

  test('says that there are similar causes', () => {
    expect(shownCause({ cause: 'meeting N is over', samples: ['Error: meeting 7 is over', 'x'] })).toBe(
      'meeting 7 is over (and similar ones)',
    );
  });

  test('is cut to 160 characters', () => {
    expect(shownCause({ cause: 'no <id>', samples: ['word '.repeat(100)] })).toHaveLength(160);
  });

  test('keeps a complete cause and an answer of the service unchanged', () => {
    expect(shownCause({ cause: 'connection reset', samples: ['Error: read ECONNRESET'] })).toBe(
      'connection reset',
    );
    expect(shownCause({ cause: '404 "no room N"', samples: ['404 {}'] })).toBe('404 "no room N"');
    expect(shownCause({ cause, samples: [] })).toBe(cause);
  });
});
