import { randomUUID } from 'node:crypto';
import type { HttpOperation } from '../../meetings/contract/operation.ts';
import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import { agreedPages } from '../inputs.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable } from '../no-answer.ts';
import type { Question } from '../question.ts';

/** A placeholder for the id in the address of a contract. */
const PLACE = `conduct-${randomUUID()}`;

const ids: Readonly<Record<string, string>> = {
  'no meeting has this id': randomUUID(),
  'not a UUID': 'conduct',
  'a number': '-1',
  SQL: encodeURIComponent("' or '1'='1"),
  HTML: encodeURIComponent(HTML),
  'a NUL byte': 'a%00b',
  'no UTF-8': '%ff%fe',
  '2,000 characters': 'x'.repeat(2000),
};

const badNumbers = ['-1', 'many', '1.5', 'NaN'];
/** A good service may refuse these or apply its own limit. */
const strangeNumbers = ['', '1000000', '1e99', '99999999999999999999'];

export const badAddresses: Question = {
  id: 'bad-addresses',
  question: 'Does HTTP refuse ids and pages that do not exist?',
  facts: 'ids and pages of the list, each wrong in one way',
  async ask(interview) {
    const requests = [...(await wrongIds(interview)), ...(await wrongPages(interview))];
    if (requests.length === 0)
      throw new NotApplicable('the contract has neither ids nor pages in an address of HTTP');
    await sendBadRequests(interview, requests);
  },
};

async function wrongIds(interview: Interview): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  // If users create no meetings, every name may be a meeting.
  const isCreated = interview.contract.meetings.kind === 'created';
  for (const [remark, id] of Object.entries(ids))
    for (const name of ['meeting.get', 'meeting.join', 'meeting.leave']) {
      const operation = interview.http(name);
      if (!operation) continue;
      const user = await interview.users.caller(name);
      const known = interview.valuesFor(user, operation, { meetingId: PLACE });
      const path = operation.address(known);
      if (!path.includes(PLACE)) continue;
      requests.push({
        ...{ operation, user, remark, broken: 'wrong-ids-are-500' },
        path: path.replace(PLACE, () => id),
        body: operation.body?.(known),
        // A leave may be idempotent, so it may succeed.
        accepted: isCreated && name !== 'meeting.leave' ? 'unknown-meeting-found' : undefined,
      });
    }
  return requests;
}

async function wrongPages(interview: Interview): Promise<BadRequest[]> {
  const operation = interview.http('meeting.page') ?? interview.http('meeting.list');
  if (!operation) return [];
  const requests: BadRequest[] = [];
  const broken = 'bad-pages-are-500';
  for (const { query, accepted } of pagesOf(interview, operation)) {
    const user = await interview.users.caller(operation.name);
    const [address] = operation.address(interview.valuesFor(user, operation)).split('?');
    requests.push({ operation, user, path: `${address}?${query}`, broken, accepted });
  }
  return requests;
}

/** Changes each number in the query of a good list, one at a time. A service may answer a strange page. */
function pagesOf(interview: Interview, operation: HttpOperation) {
  const good = operation.address(interview.valuesFor(undefined, operation));
  const names = [...new URLSearchParams(good.split('?')[1] ?? '')].flatMap(([name, value]) =>
    /^\d+$/.test(value) ? [name] : [],
  );
  const bad = names.flatMap((name) => badNumbers.map((value) => `${name}=${value}`));
  const strange = names.flatMap((name) => [
    ...strangeNumbers.map((value) => `${name}=${value}`),
    `${name}[]=1`,
    `${name}=1&${name}=2`,
  ]);
  return [
    ...[...bad, ...agreedPages(interview.contract)].map(
      (query) => ({ query, accepted: 'bad-pages-accepted' }) as const,
    ),
    ...strange.map((query) => ({ query, accepted: undefined })),
  ];
}
