import { randomUUID } from 'node:crypto';
import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

/** One user makes this many calls at most: the contract allows 20 joins. */
const CALLS_PER_USER = 8;

const badPages = [
  'limit=-1',
  'limit=0',
  'limit=many',
  'limit=1.5',
  'limit=NaN',
  'offset=-1',
  'offset=many',
  'status=lively',
];
/** A good service may refuse these, or answer with its own limit. */
const strangePages = [
  'limit=',
  'limit=1000000',
  'limit=1e99',
  'limit[]=1',
  'limit=1&limit=2',
  'offset=99999999999999999999',
];

export const badAddresses: Question = {
  id: 'bad-addresses',
  question: 'Does HTTP refuse ids and pages that do not exist?',
  async ask(interview) {
    const token = tokens(interview);
    const ids: readonly (readonly [remark: string, id: string])[] = [
      ['no meeting has this id', randomUUID()],
      ['not a UUID', 'conduct'],
      ['a number', '-1'],
      ['SQL', encodeURIComponent("' or '1'='1")],
      ['HTML', encodeURIComponent(HTML)],
      ['a NUL byte', 'a%00b'],
      ['no UTF-8', '%ff%fe'],
      ['2,000 characters', 'x'.repeat(2000)],
    ];
    await sendBadRequests(interview, [
      ...ids.flatMap(([remark, id]): BadRequest[] => [
        {
          method: 'GET',
          path: `/${id}`,
          remark,
          token: token(),
          broken: 'wrong-ids-are-500',
          accepted: 'unknown-meeting-found',
        },
        {
          method: 'POST',
          path: `/${id}/join`,
          body: {},
          remark,
          token: token(),
          broken: 'wrong-ids-are-500',
          accepted: 'unknown-meeting-found',
        },
        // Idempotent: a user who is not in the meeting has left it.
        {
          method: 'POST',
          path: `/${id}/leave`,
          body: {},
          remark,
          token: token(),
          broken: 'wrong-ids-are-500',
        },
      ]),
      ...badPages.map(
        (query): BadRequest => ({
          method: 'GET',
          path: `?${query}`,
          token: token(),
          broken: 'bad-pages-are-500',
          accepted: 'bad-pages-accepted',
        }),
      ),
      ...strangePages.map(
        (query): BadRequest => ({
          method: 'GET',
          path: `?${query}`,
          token: token(),
          broken: 'bad-pages-are-500',
        }),
      ),
    ]);
  },
};

/** The next user's token after every few calls. */
function tokens(interview: Interview): () => string {
  let calls = 0;
  let { token } = interview.newUser();
  return () => {
    if (++calls % CALLS_PER_USER === 0) ({ token } = interview.newUser());
    return token;
  };
}
