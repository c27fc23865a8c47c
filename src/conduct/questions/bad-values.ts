import type { HttpOperation } from '../../meetings/contract/operation.ts';
import { type BadRequest, sendBadRequests } from '../bad-request.ts';
import {
  type Bodied,
  bodiedOperations,
  type Change,
  changed,
  changedRequests,
  type Leaf,
} from '../bodies.ts';
import { agreedRefusals } from '../inputs.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

/** Changes each value of each body, one at a time, and exceeds each limit of the contract by one. */
export const badValues: Question = {
  id: 'bad-values',
  question: 'Does HTTP refuse values of a wrong type, out of range or too long?',
  facts: 'each value is made wrong, and each agreed limit is passed by one',
  async ask(interview) {
    const bodied = await bodiedOperations(interview);
    const requests = await changedRequests(bodied, wrongValues);
    requests.push(...(await beyondLimits(interview, bodied)), ...(await withLongUser(interview, bodied)));
    await sendBadRequests(interview, requests);
  },
};

/** Only a wrong type is a finding if it is accepted, because each service has its own limits. */
function wrongValues({ place, value }: Leaf, { name }: HttpOperation): Change[] {
  const accepted = name === 'network.report' ? 'bad-network-report-accepted' : 'wrong-types-accepted';
  return [
    ...wrongTypesFor(value).map((wrong): Change => {
      return { value: wrong, broken: 'wrong-types-are-500', accepted };
    }),
    ...[undefined, null, ...extremesFor(value)].map((wrong): Change => {
      if (typeof wrong !== 'string' || wrong === '') return { value: wrong, broken: 'wrong-types-are-500' };
      const remark = `${wrong.length} characters in ${place.join('.')}`;
      return { value: wrong, broken: 'long-text-is-500', remark };
    }),
  ];
}

/** Values of another type. */
function wrongTypesFor(value: Leaf['value']): unknown[] {
  const other = { string: [5, true], number: ['many', true], boolean: ['perhaps', 5] };
  return [...other[typeof value as keyof typeof other], {}, [value]];
}

/** Values of the right type that a service must check. */
function extremesFor(value: Leaf['value']): unknown[] {
  if (typeof value === 'string') return ['', 'x'.repeat(10_000)];
  return typeof value === 'number' ? [-1, 0, 1e99] : [];
}

async function beyondLimits(interview: Interview, bodied: readonly Bodied[]): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  for (const { operation: name, change, body, ...judged } of agreedRefusals(interview.contract)) {
    const one = bodied.find(({ operation }) => operation.name === name);
    if (!one) continue;
    const value = change ? { ...(one.body as object), ...change } : body;
    requests.push(await changed(one, [], { value, ...judged }));
  }
  return requests;
}

/** Deployed services store 36 characters of a user id. A service may accept or refuse a longer id. */
async function withLongUser(interview: Interview, [first]: readonly Bodied[]): Promise<BadRequest[]> {
  const user = await interview.users.wrong('long-user', await interview.users.caller('meeting.list'));
  if (!user) return [];
  const remark = `a user id of ${user.identity.userId.length} characters`;
  const { meetingId } = first!;
  return ['meeting.list', 'meeting.join'].flatMap((name) => {
    const operation = interview.http(name);
    if (!operation) return [];
    const body = operation.body?.(interview.valuesFor(user, operation, { meetingId }));
    return [{ operation, user, meetingId, body, remark, broken: 'long-text-is-500' }];
  });
}
