import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import { bodiedOperations, type Change, changedRequests, leavesOf } from '../bodies.ts';
import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { recordsIn } from '../reaction.ts';

const SQL = ["'; drop table conduct; --", "' or '1'='1", '" or ""="', '1); commit; --', "\\' or 1=1 #"];
const texts = [...SQL, HTML, '{{7*7}} #{7*7}', '\u0000', '𝔠𝔬𝔫𝔡𝔲𝔠𝔱 \u202e'];

/** A service must store or refuse SQL and HTML like any other text. */
export const textsAsTexts: Question = {
  id: 'texts',
  question: 'Is SQL and HTML in a text only text?',
  facts: 'SQL, HTML and unusual characters in every text',
  async ask(interview) {
    const requests = await changedRequests(await bodiedOperations(interview), ({ value }) =>
      typeof value === 'string' ? texts.map((text): Change => ({ value: text, broken: 'text-is-500' })) : [],
    );
    if (requests.length === 0) throw new NotApplicable('the contract sends no text in a body over HTTP');
    for (const answer of await sendBadRequests(interview, requests)) noteChanged(interview, answer);
    await findByText(interview);
  },
};

/** A service must not escape or cut a text. The page that shows it escapes it. */
function noteChanged(interview: Interview, answer: Exchange): void {
  if (!answer.isAccepted || !answer.operation?.reads.meeting) return;
  for (const { place, value: asked } of leavesOf(JSON.parse(answer.sent.body ?? '{}'))) {
    const name = place.at(-1);
    if (typeof asked !== 'string' || name === undefined || !texts.includes(asked)) continue;
    const stored = storedAs(name, answer.content);
    // A service may trim a text.
    if (stored !== undefined && stored.trim() !== asked.trim())
      interview.note('text-is-changed', answer.sample);
  }
}

/** The text with this name in an answer; undefined unless there is exactly one. */
function storedAs(name: string, content: unknown): string | undefined {
  const found = [...recordsIn(content)].map((one) => one[name]).filter((one) => typeof one === 'string');
  return found.length === 1 ? found[0] : undefined;
}

/** Uses SQL as the id of a host. No user has this id, so the list must be empty. */
async function findByText(interview: Interview): Promise<void> {
  const operation = interview.http('meeting.list');
  if (!operation) return;
  const user = await interview.users.open();
  const input = (host: string | undefined) => ({ input: { limit: 5, host } });
  // The list has no filter by host.
  if (!interview.isSentDifferently(operation, input('conduct'), input(undefined))) return;
  const requests = SQL.map((text): BadRequest => {
    const path = operation.address(interview.valuesFor(user, operation, input(text)));
    return { operation, user, path, broken: 'text-is-500' };
  });
  for (const answer of await sendBadRequests(interview, requests)) {
    const list = operation.reads.meetings?.list(answer.values);
    if (Array.isArray(list) && list.length > 0) interview.note('sql-in-filter-finds-meetings', answer.sample);
  }
}
