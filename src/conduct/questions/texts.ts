import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import { bodiedOperations, type Change, changedRequests, leavesOf } from '../bodies.ts';
import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { recordsIn } from '../reaction.ts';

const SQL = ["'; drop table conduct; --", "' or '1'='1", '" or ""="', '1); commit; --', "\\' or 1=1 #"];
const texts = [...SQL, HTML, '{{7*7}} #{7*7}', '\u0000', '𝔠𝔬𝔫𝔡𝔲𝔠𝔱 \u202e'];

/** SQL and HTML are texts like any other: they are stored as they are or refused. */
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

/** Neither escaped for a page nor cut by a database: the page that shows it escapes it. */
function noteChanged(interview: Interview, answer: Exchange): void {
  if (!answer.isAccepted || !answer.operation?.reads.meeting) return;
  for (const { place, value: asked } of leavesOf(JSON.parse(answer.sent.body ?? '{}'))) {
    const name = place.at(-1);
    if (typeof asked !== 'string' || name === undefined || !texts.includes(asked)) continue;
    const stored = storedAs(name, answer.content);
    // A service may remove white space at the ends.
    if (stored !== undefined && stored.trim() !== asked.trim())
      interview.note('text-is-changed', answer.sample);
  }
}

/** The text that an answer has under this name; undefined where it has none, or several. */
function storedAs(name: string, content: unknown): string | undefined {
  const found = [...recordsIn(content)].map((one) => one[name]).filter((one) => typeof one === 'string');
  return found.length === 1 ? found[0] : undefined;
}

/** SQL as the id of a host: no user has this id, so no meeting is found. */
async function findByText(interview: Interview): Promise<void> {
  const operation = interview.http('meeting.list');
  if (!operation) return;
  const user = await interview.users.open();
  const input = (host: string | undefined) => ({ input: { limit: 5, host } });
  // The list of this service has no filter by host.
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
