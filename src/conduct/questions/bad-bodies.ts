import type { HttpOperation } from '../../meetings/contract/operation.ts';
import { type BadRequest, sendBadRequests } from '../bad-request.ts';
import { type Bodied, bodiedOperations, isCreation } from '../bodies.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

/** Deep enough to overflow a recursive parser, and small enough for every size limit. */
const DEPTH = 4000;

const malformed = (key: string): Readonly<Record<string, string>> => ({
  'cut off': `{"${key}":`,
  'no JSON': `{${key}: conduct}`,
  undefined: `{"${key}":undefined}`,
  'NUL bytes': `{"${key}":"\0"}`,
  empty: '',
  null: 'null',
  'an array': '[]',
  'a text': '"conduct"',
  'a number': '5',
  [`${DEPTH} arrays deep`]: `{"${key}":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`,
});

/** Bodies that a service may accept if all values are optional. */
const likeNothing = new Set(['empty', 'null']);

const types = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'nonsense',
];

/** Uses one operation only, because the same code reads the bodies of the others. */
export const badBodies: Question = {
  id: 'bad-bodies',
  question: 'Does HTTP refuse a body that is not JSON?',
  facts: 'malformed, empty and deep bodies, and wrong content types',
  async ask(interview) {
    const creation = (operation: HttpOperation) => isCreation(interview, operation);
    const [one] = await bodiedOperations(interview, (all) => [all.find(creation) ?? all[0]!]);
    const { operation, meetingId, leaves, body, user } = one!;
    const [key = 'x'] = (leaves.find(({ value }) => typeof value === 'string') ?? leaves[0]!).place;
    // A success of another operation does not show that the service accepted the body.
    const isCreating = creation(operation);
    const needsNothing = isCreating && (await acceptsNothing(interview, one!));
    const requests: BadRequest[] = [];
    for (const [remark, raw] of Object.entries(malformed(key))) {
      const mayAccept = !isCreating || (needsNothing && likeNothing.has(remark));
      const accepted = mayAccept ? undefined : 'malformed-json-accepted';
      const broken = 'malformed-json-is-500';
      requests.push({ operation, meetingId, user: await user(), raw, remark, broken, accepted });
    }
    for (const type of types) {
      const raw = type.includes('form') ? `${key}=conduct` : JSON.stringify(body);
      const accepted = isCreating ? 'wrong-content-type-accepted' : undefined;
      const judged = {
        remark: `content-type: ${type}`,
        broken: 'wrong-content-type-is-500',
        accepted,
      } as const;
      requests.push({ operation, meetingId, user: await user(), raw, type, ...judged });
    }
    await sendBadRequests(interview, requests);
  },
};

async function acceptsNothing(
  interview: Interview,
  { operation, meetingId, user }: Bodied,
): Promise<boolean> {
  const broken = 'malformed-json-is-500';
  const request = { operation, meetingId, user: await user(), body: {}, broken } as const;
  const [answer] = await sendBadRequests(interview, [request]);
  return answer?.isAccepted ?? false;
}
