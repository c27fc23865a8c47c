import { badContent, bodiedOperations } from '../bad-contents.ts';
import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import { leavesOf } from '../changes.ts';
import type { Exchange } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import { NotApplicable, type Question } from '../question.ts';
import { meetingsIn } from '../reaction.ts';
import { recordsIn } from '../record.ts';

const SQL = ["'; drop table conduct; --", "' or '1'='1", '" or ""="', '1); commit; --', "\\' or 1=1 #"];
const texts = [...SQL, HTML, '{{7*7}} #{7*7}', '\u0000', '𝔠𝔬𝔫𝔡𝔲𝔠𝔱 \u202e'];

/** SQL and HTML are texts like any other: they are stored as they are or refused. */
export const textsAsTexts: Question = {
  id: 'texts',
  question: 'Is SQL and HTML in a text only text?',
  async ask(interview) {
    const bodied = await bodiedOperations(interview);
    const requests: BadRequest[] = [];
    for (const one of bodied)
      for (const { place, value } of one.leaves)
        if (typeof value === 'string')
          for (const text of texts)
            requests.push({ ...(await badContent(one, place, text)), broken: 'text-is-500' });
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
    // White space at the ends is no text.
    if (stored !== undefined && stored.trim() !== asked.trim())
      interview.note('text-is-changed', answer.sample);
  }
}

/** The text that an answer has under this name; undefined where it has none, or several. */
function storedAs(name: string, content: unknown): string | undefined {
  const found = [...recordsIn(content)].map((one) => one[name]).filter((one) => typeof one === 'string');
  return found.length === 1 ? found[0] : undefined;
}

/** SQL as the id of a host: nobody has this id, so no meeting is found. */
async function findByText(interview: Interview): Promise<void> {
  const operation = interview.http('meeting.list');
  if (!operation) return;
  const user = await interview.newUser();
  const pathFor = (host: string | undefined) =>
    operation.address(interview.valuesFor(user, operation, { input: { limit: 5, host } }));
  // The list of this service has no filter by host.
  if (pathFor('conduct') === pathFor(undefined)) return;
  const requests = SQL.map((text): BadRequest => {
    return { operation, user, path: pathFor(text), broken: 'text-is-500' };
  });
  for (const answer of await sendBadRequests(interview, requests))
    if (meetingsIn(answer) > 0) interview.note('sql-in-filter-finds-meetings', answer.sample);
}
