import type { SocketOperation } from '../../meetings/contract/operation.ts';
import { leavesOf, withChange } from '../bodies.ts';
import type { ConductSocket } from '../conduct-socket.ts';
import type { Interview } from '../interview.ts';
import { inWords, isYes, type Message, socketSample } from '../message.ts';
import { NotApplicable, Unanswered } from '../no-answer.ts';
import type { Question } from '../question.ts';
import { noteRawText } from '../raw-text.ts';
import type { User } from '../users.ts';

const HANDLED_WITHIN_MS = 2000;

/**
 * An asynchronous handler may end the service after its other answers, and a service may need time to end. So the
 * question checks it several times during this time.
 */
const CRASH_WITHIN_MS = 500;
const LOOKS = 5;

/** A message that a good service refuses or ignores. */
interface Wrong {
  readonly operation: SocketOperation;
  readonly values: readonly unknown[];
  /** The message has no acknowledgement callback, though the service expects one. */
  readonly isWithoutAck?: boolean;
  /** The message names no existing meeting. */
  readonly isNowhere?: boolean;
}

/** Any client can send these messages. They must not end the service or the connection of another client. */
export const wrongPayloads: Question = {
  id: 'wrong-payloads',
  question: 'Does the service survive empty and wrong messages over a socket?',
  facts: 'each event with each wrong payload',
  async ask(interview) {
    const operations = [...interview.contract.operations.values()].filter((one) => one.over === 'socket');
    if (operations.length === 0) throw new NotApplicable('the contract has no message over a socket');
    const bystander = await interview.connect(await interview.users.open());
    const client = await interview.users.open();
    const meetingId = await interview.openMeeting(client);
    const wrong = (one: SocketOperation) =>
      wrongFor(one, one.args(interview.valuesFor(client, one, { meetingId })), meetingId);
    for (const [messages, finding] of [
      [operations.flatMap(emptyFor), 'empty-payload-crashes-the-service'],
      [operations.flatMap(wrong), 'wrong-payload-crashes-the-service'],
    ] as const) {
      const { operation, values } = await sendAll(interview, { bystander, client, messages });
      if (await isStillAlive(interview, bystander)) continue;
      const answer = 'the connections of other clients broke';
      const remark = values.length === 0 ? 'no payload' : undefined;
      interview.note(finding, socketSample({ name: operation.emit, values }, answer, remark));
      throw new Unanswered('the service has ended, so no more messages were sent');
    }
  },
};

/** A handler throws if it reads a field of undefined or null, or calls a missing callback. */
function emptyFor(operation: SocketOperation): Wrong[] {
  const all = [[], [null]].map((values): Wrong => ({ operation, values }));
  return operation.reply.kind === 'ack'
    ? [...all, ...all.map((one) => ({ ...one, isWithoutAck: true }))]
    : all;
}

function wrongFor(operation: SocketOperation, good: readonly unknown[], meetingId: string): Wrong[] {
  const [first, ...others] = good;
  const whole = [{}, 5, '', 'conduct', true, [], nested(500, 'conduct')];
  const inPlace = (key: string) => [
    ...[undefined, null, 5, {}, ['conduct'], 'conduct', "' or '1'='1", 'a\0b', 'x'.repeat(4000)],
    nested(500, key),
  ];
  return [
    ...whole.map((value): Wrong => ({ operation, values: [value] })),
    ...leavesOf(first).flatMap(({ place, value }) =>
      inPlace(place[0] ?? 'conduct').map((wrong): Wrong => {
        const values = [withChange(first, place, wrong), ...others];
        return { operation, values, isNowhere: value === meetingId };
      }),
    ),
    ...(operation.reply.kind === 'ack' && first !== undefined
      ? [{ operation, values: good, isWithoutAck: true }]
      : []),
  ];
}

async function isStillAlive(interview: Interview, bystander: ConductSocket): Promise<boolean> {
  const user = await interview.users.open();
  for (let look = 0; look < LOOKS; look++) {
    await bystander.staysFor(CRASH_WITHIN_MS / LOOKS);
    const newcomer = await interview.meet(user);
    const isThere =
      newcomer.kind === 'connected' &&
      (await bystander.settles(HANDLED_WITHIN_MS)) &&
      (await interview.isAlive());
    if (!isThere) return false;
    newcomer.socket.close();
  }
  return true;
}

interface Sending {
  readonly bystander: ConductSocket;
  readonly client: User;
  readonly messages: readonly Wrong[];
}

/** Sends the messages one after another until the service has ended. @returns the last message */
async function sendAll(interview: Interview, { bystander, client, messages }: Sending): Promise<Wrong> {
  let last = messages[0]!;
  for (const message of messages) {
    if (!bystander.isConnected) return last;
    // A service may disconnect a client after a wrong message.
    const socket = await interview.socketOf(client).catch(unlessMistake);
    if (!socket) return last;
    last = message;
    const { operation, values, isWithoutAck } = message;
    const since = socket.heard.length;
    socket.send(operation.emit, values, operation.reply.kind === 'ack' && !isWithoutAck);
    await socket.settles(HANDLED_WITHIN_MS);
    for (const heard of socket.heard.slice(since)) judge(interview, message, heard);
  }
  return last;
}

function unlessMistake(error: unknown): undefined {
  if (!(error instanceof Unanswered)) throw error;
}

function judge(interview: Interview, { operation, values, isNowhere }: Wrong, heard: Message): void {
  const text = inWords(heard);
  const sample = socketSample({ name: operation.emit, values }, text);
  noteRawText(interview, text, sample);
  const isEntry = operation.name === interview.entry?.name && interview.contract.meetings.kind === 'created';
  // Any meeting in the answer counts.
  const { meeting: _, ...reads } = operation.reads;
  if (isEntry && isNowhere && isYes({ ...operation, reads }, heard, {}) === true)
    interview.note('room-of-nothing-opens', sample);
}

function nested(depth: number, key: string): unknown {
  let value: unknown = 'conduct';
  for (let level = 0; level < depth; level++) value = { [key]: value };
  return value;
}
