import type { SocketOperation } from '../../meetings/contract/operation.ts';
import { leavesOf, withChange } from '../changes.ts';
import type { ConductSocket } from '../conduct-socket.ts';
import type { Interview } from '../interview.ts';
import { type Heard, heardInWords, isYes, socketSample } from '../message.ts';
import { NotApplicable, type Question, Unanswered } from '../question.ts';
import { isDatabaseText, isStack } from '../raw-text.ts';
import type { User } from '../users.ts';

const HANDLED_WITHIN_MS = 2000;

/**
 * A handler that waits for something ends the service after its other answers, and a service that ends itself goes on for
 * a while: so it is looked at for this long, and so often that a busy machine has had its turn.
 */
const CRASH_WITHIN_MS = 500;
const LOOKS = 5;

/** One message that a good service refuses or ignores. */
interface Wrong {
  readonly operation: SocketOperation;
  readonly values: readonly unknown[];
  /** Without a function in which the service could put its answer, though it expects one. */
  readonly isWithoutAck?: boolean;
  /** It names no meeting that is there. */
  readonly isNowhere?: boolean;
}

/** Any client can send these; none of them may end the service, or the connection of another client. */
export const wrongPayloads: Question = {
  id: 'wrong-payloads',
  question: 'Does the service survive empty and wrong messages over a socket?',
  async ask(interview) {
    const operations = [...interview.contract.operations.values()].filter((one) => one.over === 'socket');
    if (operations.length === 0) throw new NotApplicable('the contract has no message over a socket');
    const witness = await interview.connect(await interview.newUser());
    const client = await interview.newUser();
    const meetingId = await interview.openMeeting(client);
    for (const [messages, finding] of [
      [operations.flatMap(emptyFor), 'empty-payload-crashes-the-service'],
      [
        operations.flatMap((one) => wrongFor(interview, one, client, meetingId)),
        'wrong-payload-crashes-the-service',
      ],
    ] as const) {
      const last = await sendAll(interview, { witness, client, messages });
      if (await livesOn(interview, witness)) continue;
      const { operation, values } = last;
      const remark = values.length === 0 ? 'no payload' : undefined;
      interview.note(
        finding,
        socketSample({ name: operation.emit, values, remark }, 'the connections of other clients broke'),
      );
      throw new Unanswered('the service is gone: no more messages were sent');
    }
  },
};

/** A handler that reads a field of nothing throws, and so does one that calls what is no function. */
function emptyFor(operation: SocketOperation): Wrong[] {
  const all = [[], [null]].map((values): Wrong => ({ operation, values }));
  return operation.reply.kind === 'ack'
    ? [...all, ...all.map((one) => ({ ...one, isWithoutAck: true }))]
    : all;
}

function wrongFor(interview: Interview, operation: SocketOperation, user: User, meetingId: string): Wrong[] {
  const [good, ...others] = operation.args(interview.valuesFor(user, operation, { meetingId }));
  const whole = [{}, 5, '', 'conduct', true, [], nested(500, 'conduct')].map((value): Wrong => {
    return { operation, values: [value] };
  });
  const inPlaces = leavesOf(good).flatMap(({ place, value }) =>
    [
      ...[undefined, null, 5, {}, ['conduct'], 'conduct', "' or '1'='1", 'a\0b', 'x'.repeat(4000)],
      nested(500, place[0] ?? 'conduct'),
    ].map((wrong): Wrong => {
      const changed = withChange(good, place, wrong);
      return { operation, values: [changed, ...others], isNowhere: value === meetingId };
    }),
  );
  const unanswered: Wrong[] =
    operation.reply.kind === 'ack' && good !== undefined
      ? [{ operation, values: [good, ...others], isWithoutAck: true }]
      : [];
  return [...whole, ...inPlaces, ...unanswered];
}

async function livesOn(interview: Interview, witness: ConductSocket): Promise<boolean> {
  const looker = await interview.newUser();
  for (let look = 0; look < LOOKS; look++) {
    await witness.staysFor(CRASH_WITHIN_MS / LOOKS);
    const newcomer = await interview.meet(looker);
    const isThere =
      newcomer.kind === 'connected' &&
      (await witness.settles(HANDLED_WITHIN_MS)) &&
      (await interview.isAlive());
    if (!isThere) return false;
    newcomer.socket.close();
  }
  return true;
}

interface Sending {
  readonly witness: ConductSocket;
  readonly client: User;
  readonly messages: readonly Wrong[];
}

/** Sends the messages one after the other, until the service is gone. @returns the last one */
async function sendAll(interview: Interview, { witness, client, messages }: Sending): Promise<Wrong> {
  let last = messages[0]!;
  for (const message of messages) {
    if (!witness.isConnected) return last;
    // A service may send such a client away.
    const socket = await interview.socketOf(client).catch(unlessMistake);
    if (!socket) return last;
    last = message;
    const { operation, values, isWithoutAck } = message;
    const since = socket.heard.length;
    if (operation.reply.kind === 'ack' && !isWithoutAck) socket.emitWithAck(operation.emit, ...values);
    else socket.emit(operation.emit, ...values);
    await socket.settles(HANDLED_WITHIN_MS);
    noteAnswers(interview, socket, { message, since });
  }
  return last;
}

function unlessMistake(error: unknown): undefined {
  if (!(error instanceof Unanswered)) throw error;
}

function noteAnswers(
  interview: Interview,
  socket: ConductSocket,
  { message, since }: { message: Wrong; since: number },
): void {
  const { operation, values, isNowhere } = message;
  const isEntry = operation.name === interview.entry?.name && interview.contract.meetings.kind === 'created';
  for (const heard of socket.heard.slice(since)) {
    const text = heardInWords(heard);
    const sample = socketSample({ name: operation.emit, values }, text);
    if (isDatabaseText(text)) interview.note('raw-database-text', sample);
    if (isStack(text)) interview.note('stack-in-answer', sample);
    if (isEntry && isNowhere && opens(operation, heard)) interview.note('room-of-nothing-opens', sample);
  }
}

/** Whatever meeting the service says it has opened. */
function opens(operation: SocketOperation, heard: Heard): boolean {
  const { meeting: _, ...reads } = operation.reads;
  return isYes({ ...operation, reads }, heard, {}) === true;
}

function nested(depth: number, key: string): unknown {
  let value: unknown = 'conduct';
  for (let level = 0; level < depth; level++) value = { [key]: value };
  return value;
}
