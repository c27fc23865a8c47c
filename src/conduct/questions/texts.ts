import { MEETINGS } from '../../meetings/contract.ts';
import { type BadRequest, HTML, sendBadRequests } from '../bad-request.ts';
import { type Exchange, record } from '../exchange.ts';
import type { Interview } from '../interview.ts';
import type { Question } from '../question.ts';

const SQL = ["'; drop table conduct; --", "' or '1'='1", '" or ""="', '1); commit; --', "\\' or 1=1 #"];
const texts = [...SQL, HTML, '{{7*7}} #{7*7}', '\u0000', '𝔠𝔬𝔫𝔡𝔲𝔠𝔱 \u202e'];

/** SQL and HTML are texts like any other: they are stored as they are or refused. */
export const textsAsTexts: Question = {
  id: 'texts',
  question: 'Is SQL and HTML in a text only text?',
  async ask(interview) {
    const host = interview.newUser();
    const meetingId = await interview.openMeeting(host);
    const answers = await sendBadRequests(interview, [
      ...texts.map((text) => create(interview, { title: text })),
      ...texts.map((text) => create(interview, { title: 'conduct', description: text })),
      ...texts.flatMap((text): BadRequest[] => [
        join(interview, meetingId, { role: text }),
        { ...control(meetingId, { action: text }), token: host.token },
        { ...control(meetingId, { action: 'mute', participantId: text }), token: host.token },
      ]),
    ]);
    for (const answer of answers) noteChanged(interview, answer);
    await findByText(interview);
  },
};

type Common = Pick<BadRequest, 'method' | 'path' | 'body' | 'broken'>;

function create(interview: Interview, body: object): BadRequest {
  return { method: 'POST', path: '', body, token: interview.newUser().token, broken: 'text-is-500' };
}

function join(interview: Interview, meetingId: string, body: object): BadRequest {
  const { token } = interview.newUser();
  return { method: 'POST', path: `/${meetingId}/join`, body, token, broken: 'text-is-500' };
}

function control(meetingId: string, body: object): Common {
  return { method: 'POST', path: `/${meetingId}/control`, body, broken: 'text-is-500' };
}

/** Neither escaped for a page nor cut by a database: the page that shows it escapes it. */
function noteChanged(interview: Interview, answer: Exchange): void {
  if (!answer.isAccepted || answer.sent.path !== MEETINGS) return;
  const sent = record(JSON.parse(answer.sent.body ?? '{}')) ?? {};
  const { data } = answer;
  for (const field of ['title', 'description']) {
    const [asked, stored] = [sent[field], data?.[field]];
    if (typeof asked !== 'string' || typeof stored !== 'string') continue;
    // White space at the ends is no text.
    if (stored.trim() !== asked.trim()) interview.note('text-is-changed', answer.sample);
  }
}

/** SQL as the id of a host: nobody has this id, so no meeting is found. */
async function findByText(interview: Interview): Promise<void> {
  const { token } = interview.newUser();
  const requests = SQL.map((text): BadRequest => {
    const path = `?limit=5&hostId=${encodeURIComponent(text)}`;
    return { method: 'GET', path, token, broken: 'text-is-500' };
  });
  for (const answer of await sendBadRequests(interview, requests)) {
    const found = record(answer.json)?.data;
    if (Array.isArray(found) && found.length > 0)
      interview.note('sql-in-filter-finds-meetings', answer.sample);
  }
}
