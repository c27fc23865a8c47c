import { type BadRequest, sendBadRequests } from '../bad-request.ts';
import type { Question } from '../question.ts';

/** Deep enough for a parser or a check that calls itself, and small enough for every limit. */
const DEPTH = 4000;

const malformed: readonly (readonly [remark: string, raw: string])[] = [
  ['cut off', '{"title":'],
  ['no JSON', '{title: conduct}'],
  ['undefined', '{"title":undefined}'],
  ['NUL bytes', '{"title":"\0"}'],
  ['empty', ''],
  ['null', 'null'],
  ['an array', '[]'],
  ['a text', '"conduct"'],
  ['a number', '5'],
  [`${DEPTH} arrays deep`, `{"title":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`],
];

const types = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'nonsense',
];

export const badBodies: Question = {
  id: 'bad-bodies',
  question: 'Does HTTP refuse a body that is not JSON?',
  async ask(interview) {
    const create = (
      request: Pick<BadRequest, 'raw' | 'type' | 'remark' | 'broken' | 'accepted'>,
    ): BadRequest => ({
      method: 'POST',
      path: '',
      token: interview.newUser().token,
      ...request,
    });
    await sendBadRequests(interview, [
      ...malformed.map(([remark, raw]) =>
        create({ raw, remark, broken: 'malformed-json-is-500', accepted: 'malformed-json-accepted' }),
      ),
      ...types.map((type) =>
        create({
          raw: type.includes('form') ? 'title=conduct' : '{"title":"conduct"}',
          type,
          remark: `content-type: ${type}`,
          broken: 'wrong-content-type-is-500',
          accepted: 'wrong-content-type-accepted',
        }),
      ),
    ]);
  },
};
