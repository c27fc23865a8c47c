import { randomUUID } from 'node:crypto';
import type { HttpOperation } from '../../meetings/contract/operation.ts';
import { agreedPages } from '../agreed.ts';
import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question } from '../question.ts';

/** Where the id stands in the address of a contract. */
const PLACE = `conduct-${randomUUID()}`;

const ids = (): readonly (readonly [remark: string, id: string])[] => [
  ['no meeting has this id', randomUUID()],
  ['not a UUID', 'conduct'],
  ['a number', '-1'],
  ['SQL', encodeURIComponent("' or '1'='1")],
  ['HTML', encodeURIComponent(HTML)],
  ['a NUL byte', 'a%00b'],
  ['no UTF-8', '%ff%fe'],
  ['2,000 characters', 'x'.repeat(2000)],
];

const badNumbers = ['-1', 'many', '1.5', 'NaN'];
/** A good service may refuse these, or answer with its own limit. */
const strangeNumbers = ['', '1000000', '1e99', '99999999999999999999'];

export const badAddresses: Question = {
  id: 'bad-addresses',
  question: 'Does HTTP refuse ids and pages that do not exist?',
  async ask(interview) {
    const requests = [...(await wrongIds(interview)), ...(await wrongPages(interview))];
    if (requests.length === 0)
      throw new NotApplicable('the contract has neither ids nor pages in an address of HTTP');
    await sendBadRequests(interview, requests);
  },
};

async function wrongIds(interview: Interview): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  // Where meetings are not created, there may be one for each name.
  const isCreated = interview.contract.meetings.kind === 'created';
  for (const [remark, id] of ids())
    for (const name of ['meeting.get', 'meeting.join', 'meeting.leave']) {
      const operation = interview.http(name);
      const user = operation && (await interview.caller(name));
      if (!operation || !user) continue;
      const known = interview.valuesFor(user, operation, { meetingId: PLACE });
      const path = operation.address(known);
      if (!path.includes(PLACE)) continue;
      requests.push({
        operation,
        user,
        path: path.replace(PLACE, () => id),
        body: operation.body?.(known),
        remark,
        broken: 'wrong-ids-are-500',
        // Leaving may be idempotent: a user who is not in the meeting has left it.
        accepted: isCreated && name !== 'meeting.leave' ? 'unknown-meeting-found' : undefined,
      });
    }
  return requests;
}

async function wrongPages(interview: Interview): Promise<BadRequest[]> {
  const operation = interview.http('meeting.page') ?? interview.http('meeting.list');
  if (!operation) return [];
  const requests: BadRequest[] = [];
  for (const { query, isBad } of pagesOf(interview, operation)) {
    const user = await interview.caller(operation.name);
    const [path] = operation.address(interview.valuesFor(user, operation)).split('?') as [string];
    requests.push({
      operation,
      user,
      path: `${path}?${query}`,
      broken: 'bad-pages-are-500',
      accepted: isBad ? 'bad-pages-accepted' : undefined,
    });
  }
  return requests;
}

interface Page {
  readonly query: string;
  /** No service can have it: a strange one may be answered. */
  readonly isBad: boolean;
}

/** Each number in the query of a good list is made wrong, one at a time. */
function pagesOf(interview: Interview, operation: HttpOperation): Page[] {
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
    ...[...bad, ...agreedPages(interview.contract)].map((query) => ({ query, isBad: true })),
    ...strange.map((query) => ({ query, isBad: false })),
  ];
}
