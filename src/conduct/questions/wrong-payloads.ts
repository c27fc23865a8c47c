import type { ConductSocket } from '../conduct-socket.ts';
import { heardInWords, socketSample } from '../conduct-socket.ts';
import type { Interview } from '../interview.ts';
import { type Question, Unanswered } from '../question.ts';
import { isDatabaseText, isStack } from '../raw-text.ts';

const PONG_WITHIN_MS = 2000;

/**
 * A handler that waits for something ends the service after its other answers, and a service that ends itself goes on for
 * a while: so it is looked at for this long, and so often that a busy machine has had its turn.
 */
const CRASH_WITHIN_MS = 500;
const LOOKS = 5;

const events = ['meeting:join', 'meeting:leave', 'ping'];

/** A handler that reads a field of nothing throws. */
const empty: readonly (readonly unknown[])[] = [[], [null]];
const wrong: readonly (readonly unknown[])[] = [
  [{}],
  [5],
  [''],
  ['conduct'],
  [true],
  [[]],
  [{ meetingId: null }],
  [{ meetingId: 5 }],
  [{ meetingId: {} }],
  [{ meetingId: ['conduct'] }],
  [{ meetingId: 'conduct' }],
  [{ meetingId: "' or '1'='1" }],
  [{ meetingId: 'a\0b' }],
  [{ meetingId: 'x'.repeat(4000) }],
  [nested(500)],
  [{ meetingId: nested(500) }],
];

/** Any client can send these; none of them may end the service, or the connection of another client. */
export const wrongPayloads: Question = {
  id: 'wrong-payloads',
  question: 'Does the service survive empty and wrong messages over a socket?',
  async ask(interview) {
    const witness = await interview.connect(interview.newUser());
    if (!(await witness.isAnswering(PONG_WITHIN_MS)))
      throw new Unanswered('a ping over a socket had no answer');
    for (const [payloads, finding] of [
      [empty, 'empty-payload-crashes-the-service'],
      [wrong, 'wrong-payload-crashes-the-service'],
    ] as const) {
      const last = await sendAll(interview, witness, payloads);
      if (await livesOn(interview, witness)) continue;
      interview.note(finding, socketSample(last, 'the connections of other clients broke'));
      throw new Unanswered('the service is gone: no more messages were sent');
    }
  },
};

async function livesOn(interview: Interview, witness: ConductSocket): Promise<boolean> {
  const looker = interview.newUser();
  for (let look = 0; look < LOOKS; look++) {
    await witness.staysFor(CRASH_WITHIN_MS / LOOKS);
    const newcomer = await interview.meet(looker.token);
    const isThere =
      newcomer.kind === 'connected' &&
      (await witness.isAnswering(PONG_WITHIN_MS)) &&
      (await interview.isAlive());
    if (!isThere) return false;
    newcomer.socket.close();
  }
  return true;
}

interface Message {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly remark?: string;
}

/** Sends each payload as each event, until the service is gone. @returns the last one */
async function sendAll(
  interview: Interview,
  witness: ConductSocket,
  payloads: readonly (readonly unknown[])[],
): Promise<Message> {
  const client = interview.newUser();
  let met = await interview.meet(client.token);
  let last: Message = { name: 'ping', values: [] };
  for (const name of events)
    for (const values of payloads) {
      // A service may send such a client away.
      if (met.kind !== 'connected' || !met.socket.isConnected) met = await interview.meet(client.token);
      if (met.kind !== 'connected' || !witness.isConnected) return last;
      const { socket } = met;
      last = { name, values, ...(values.length === 0 ? { remark: 'no payload' } : {}) };
      const since = socket.heard.length;
      socket.emit(name, ...values);
      await socket.isAnswering(PONG_WITHIN_MS);
      noteAnswers(interview, socket, { ...last, since });
    }
  return last;
}

function noteAnswers(
  interview: Interview,
  socket: ConductSocket,
  { since, ...message }: Message & { since: number },
): void {
  for (const heard of socket.heard.slice(since)) {
    const text = heardInWords(heard);
    const sample = socketSample(message, text);
    if (isDatabaseText(text)) interview.note('raw-database-text', sample);
    if (isStack(text)) interview.note('stack-in-answer', sample);
    if (heard.name === 'meeting:joined') interview.note('room-of-nothing-opens', sample);
  }
}

function nested(depth: number): unknown {
  let value: unknown = 'conduct';
  for (let level = 0; level < depth; level++) value = { meetingId: value };
  return value;
}
