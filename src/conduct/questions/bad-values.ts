import { agreedRefusals } from '../agreed.ts';
import { type Bodied, badContent, bodiedOperations } from '../bad-contents.ts';
import { type BadRequest, sendBadRequests } from '../bad-request.ts';
import type { FindingName } from '../catalogue.ts';
import { extremesFor, type Leaf, wrongTypesFor } from '../changes.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

/** Each value of each body is made wrong, one at a time; then each limit that the contract has is passed by one. */
export const badValues: Question = {
  id: 'bad-values',
  question: 'Does HTTP refuse values of a wrong type, out of range or too long?',
  async ask(interview) {
    const bodied = await bodiedOperations(interview);
    const requests: BadRequest[] = [];
    for (const one of bodied)
      for (const leaf of one.leaves)
        for (const value of valuesFor(one, leaf))
          requests.push({ ...(await badContent(one, leaf.place, value.value)), ...value.finding });
    requests.push(...(await beyondLimits(interview, bodied)));
    requests.push(...(await ofLongId(interview, bodied)));
    await sendBadRequests(interview, requests);
  },
};

interface WrongValue {
  readonly value: unknown;
  readonly finding: Pick<BadRequest, 'broken' | 'accepted' | 'remark'>;
}

/** Which values a service allows is its own business, but for their types. */
function valuesFor({ operation }: Bodied, { place, value }: Leaf): WrongValue[] {
  const accepted: FindingName =
    operation.name === 'network.report' ? 'bad-network-report-accepted' : 'wrong-types-accepted';
  const types = wrongTypesFor(value).map((wrong) => ({
    value: wrong,
    finding: { broken: 'wrong-types-are-500', accepted } as const,
  }));
  const others = [undefined, null, ...extremesFor(value)].map((wrong) => {
    const isLong = typeof wrong === 'string' && wrong.length > 0;
    const remark = isLong ? `${wrong.length} characters in ${place.join('.')}` : undefined;
    return {
      value: wrong,
      finding: { broken: isLong ? 'long-text-is-500' : 'wrong-types-are-500', remark } as const,
    };
  });
  return [...types, ...others];
}

async function beyondLimits(interview: Interview, bodied: readonly Bodied[]): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  for (const { operation: name, change, body, ...finding } of agreedRefusals(interview.contract)) {
    const one = bodied.find(({ operation }) => operation.name === name);
    if (!one) continue;
    const wrong = change ? { ...(one.body as object), ...change } : body;
    requests.push({ ...(await badContent(one, [], wrong)), ...finding });
  }
  return requests;
}

/** The column of a deployed service holds 36 characters. Whether the service takes such a user is its own business. */
async function ofLongId(interview: Interview, bodied: readonly Bodied[]): Promise<BadRequest[]> {
  const user = await interview.wrongUser('long-user', await interview.caller('meeting.list'));
  if (!user) return [];
  const remark = `a user id of ${user.identity.userId.length} characters`;
  const meetingId = bodied[0]!.meetingId;
  return ['meeting.list', 'meeting.join'].flatMap((name) => {
    const operation = interview.http(name);
    if (!operation) return [];
    const body = operation.body?.(interview.valuesFor(user, operation, { meetingId }));
    return [{ operation, user, meetingId, body, remark, broken: 'long-text-is-500' }];
  });
}
