import { setTimeout as pause } from 'node:timers/promises';
import { withoutSecrets } from '../../kernel/secrets.ts';
import { stepsInto } from '../../meetings/contract/contract.ts';
import type { AnyOperation } from '../../meetings/contract/operation.ts';
import { meetingIn, meetingWithoutCreating } from '../../meetings/new-meeting.ts';
import type { RoomEvent } from '../../meetings/room-event.ts';
import { standardOperations } from '../../timings/catalogue.ts';
import { type ExpectedEvent, eventMistakes, readMistakes, refusalHints, rosterMistakes } from './mistakes.ts';
import { messageText, type Step } from './step.ts';
import { type Seen, Tester, type TesterOptions } from './tester.ts';

/** `name` is a part of the names of the two users. */
export interface WalkOptions extends Omit<TesterOptions, 'letter'> {
  /** The time to wait for an event; default 2 s. */
  readonly eventWithinMs?: number;
  /** Receives each step as soon as it is done. */
  onStep?(step: Step): void;
}

/** The time within which an event must arrive. */
const EVENT_WITHIN_MS = 2000;
const NETWORK = { quality: 'good', rtt: 120, packetLoss: 1, bandwidth: 900 };
/** A duplicate of an event arrives within this time. */
const TWICE_WITHIN_MS = 200;

/** Two users perform all operations of a contract. Each step is compared with it. */
export async function walkThrough(options: WalkOptions): Promise<Step[]> {
  const walk = new Walk(options);
  try {
    await walk.all();
  } finally {
    await walk.end();
  }
  return walk.steps;
}

class Walk {
  readonly steps: Step[] = [];
  readonly #options: WalkOptions;
  readonly #testers: Tester[] = [];
  #meetingId: string | undefined;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async all(): Promise<void> {
    const anna = await this.#tester('A');
    if (!anna) return;
    await this.#step(anna, 'health.get', {});
    if (this.#has('meeting.list')) await this.#step(anna, 'meeting.list', { input: { limit: 5 } });
    const meetingId = await this.#meeting(anna);
    if (meetingId === undefined) return;
    this.#meetingId = meetingId;
    if (!(await this.#goIn(anna, undefined))) return;
    const ben = await this.#tester('B');
    if (!ben || !(await this.#goIn(ben, anna))) return;
    await this.#look(ben, [anna, ben], undefined);
    for (const hand of ['hand.raise', 'hand.lower'])
      if (this.#has(hand)) {
        await this.#act(ben, hand, anna);
        await this.#look(ben, [anna, ben], hand === 'hand.raise');
      }
    if (this.#has('network.report')) await this.#act(ben, 'network.report', anna, NETWORK);
    // Operations that only conduct calls need inputs that only its questions have.
    for (const [name, { only }] of this.#options.access.contract.operations)
      if (!standardOperations.has(name) && only === undefined) await this.#act(ben, name, anna);
    if (this.#has('meeting.reconnect')) await this.#step(ben, 'meeting.reconnect', { meetingId });
    if (this.#has('meeting.leave')) {
      await this.#act(ben, 'meeting.leave', anna);
      await this.#look(anna, [anna], undefined);
      await this.#act(anna, 'meeting.leave', undefined);
    }
  }

  async end(): Promise<void> {
    for (const tester of this.#testers.reverse()) {
      if (this.#meetingId !== undefined) await tester.user.leave(this.#meetingId);
      await tester.user.close();
    }
  }

  #has(operation: string): boolean {
    return this.#options.access.contract.operations.has(operation);
  }

  async #tester(letter: string): Promise<Tester | undefined> {
    const name = `${this.#options.name}-${letter.toLowerCase()}`;
    try {
      const tester = await Tester.open({ ...this.#options, letter, name });
      this.#testers.push(tester);
      this.#note({ title: `${letter} is "${tester.userId}"`, wrong: [], hints: [] });
      return tester;
    } catch (error) {
      const [why = '', ...more] = (error as Error).message.split('\n');
      this.#note({ title: `${letter} gets an identity`, wrong: [why], hints: more });
      return undefined;
    }
  }

  async #meeting(host: Tester): Promise<string | undefined> {
    const { access, name } = this.#options;
    const there = meetingWithoutCreating(access.contract, 0, name);
    if (there !== undefined) return there;
    const seen = await this.#step(host, 'meeting.create', {
      input: { title: `fullhouse contract check ${name}`.slice(0, 100), capacity: 10 },
    });
    return seen && meetingIn(access, seen.answer);
  }

  /** Performs each step into the meeting; false as soon as one fails. `other` is there already and expects the events. */
  async #goIn(tester: Tester, other: Tester | undefined): Promise<boolean> {
    const { contract } = this.#options.access;
    for (const step of stepsInto(contract)) {
      if (step === 'socket.connect') {
        const outcome = await tester.user.connect();
        const isOk = outcome === 'ok';
        this.#note({
          title: `${tester.letter} socket.connect`,
          wrong: isOk ? [] : [`the connection failed: ${outcome}`],
          hints: isOk ? [] : connectHints(outcome),
        });
        if (!isOk) return false;
      } else if (!(await this.#act(tester, step, other))) return false;
    }
    return true;
  }

  /** Performs an operation and checks the event that it causes; false if the operation failed. */
  async #act(
    tester: Tester,
    name: string,
    listener: Tester | undefined,
    input: unknown = {},
  ): Promise<boolean> {
    const from = listener?.events.length ?? 0;
    const heardFrom = listener?.heard.length ?? 0;
    const seen = await this.#step(tester, name, { meetingId: this.#meetingId, input });
    if (!seen) return false;
    const event = this.#options.access.contract.operations.get(name)?.causes;
    if (event !== undefined && listener) {
      const expected = { tester, event, unique: seen.answer.unique };
      await this.#hears(listener, expected, from, heardFrom);
    }
    return true;
  }

  async #hears(
    listener: Tester,
    { tester, event, unique }: { tester: Tester; event: string; unique: string | undefined },
    from: number,
    heardFrom: number,
  ): Promise<void> {
    const definition = this.#options.access.contract.events.get(event)!;
    const key = definition.match && unique !== undefined ? unique : tester.userId;
    const isMeant = (one: RoomEvent) =>
      one.name === event && one.key === key && one.meetingId === this.#meetingId;
    const meant = await listener.hears(isMeant, from, this.#options.eventWithinMs ?? EVENT_WITHIN_MS);
    await pause(TWICE_WITHIN_MS);
    const times = listener.events.slice(from).filter(isMeant).length;
    const messages = listener.heard.slice(heardFrom);
    const title = `${listener.letter} hears ${event} of ${tester.letter}`;
    if (meant.length > 0) {
      const wrong = times > 1 ? [`it arrived ${times} times`] : [];
      this.#note({ title, received: messages[0] && messageText(messages[0]), wrong, hints: [] });
      return;
    }
    const expected: ExpectedEvent = {
      definition,
      key,
      about: tester.userId,
      meetingId: this.#meetingId ?? '',
    };
    this.#note({ title, ...eventMistakes(expected, messages, this.#options.access.contract.environment) });
  }

  /** Checks that the roster contains each user in the meeting, with the state of the hand. */
  async #look(tester: Tester, inside: readonly Tester[], handOfLast: boolean | undefined): Promise<void> {
    const operation = this.#options.access.contract.operations.get('meeting.get');
    if (!operation) return;
    await this.#step(tester, 'meeting.get', { meetingId: this.#meetingId }, (seen) =>
      rosterMistakes(operation, seen, inside, handOfLast),
    );
  }

  async #step(
    tester: Tester,
    name: string,
    call: Parameters<Tester['call']>[1],
    look?: (seen: Seen) => { wrong: string[]; hints: string[] },
  ): Promise<Seen | undefined> {
    const operation = this.#options.access.contract.operations.get(name) as AnyOperation;
    const seen = await tester.call(name, call);
    const { outcome, cause } = seen.answer;
    const isOk = outcome === 'ok';
    const { sent, received = isOk ? 'nothing, as the contract says' : undefined } = seen;
    const { environment: env } = this.#options.access.contract;
    const about = { operation, meetingId: call.meetingId ?? '', userId: tester.userId, env };
    const found = isOk
      ? [readMistakes(about, seen), look?.(seen) ?? { wrong: [], hints: [] }]
      : [{ wrong: [withCause(outcome, cause)], hints: refusalHints(about, seen) }];
    const wrong = found.flatMap((one) => one.wrong);
    this.#note({
      title: `${tester.letter} ${name}`,
      sent,
      received,
      wrong,
      hints: found.flatMap((one) => one.hints),
    });
    return isOk ? seen : undefined;
  }

  #note(step: Step): void {
    const { title, sent, received, wrong, hints } = step;
    const shown: Step = {
      title,
      sent: sent && withoutSecrets(sent),
      received: received && withoutSecrets(received),
      wrong: wrong.map(withoutSecrets),
      hints: hints.map(withoutSecrets),
    };
    this.steps.push(shown);
    this.#options.onStep?.(shown);
  }
}

/** Puts the outcome before the cause, unless the cause begins with the status. */
function withCause(outcome: string, cause = outcome): string {
  return cause === outcome || outcome.startsWith('http ') ? cause : `${outcome}: ${cause}`;
}

function connectHints(outcome: string): string[] {
  if (outcome === 'denied') return ['Check `send.socket`: the service refused the user.'];
  return ['Check `service.socket.path`, `namespace` and `transports`.'];
}
