import { setTimeout as pause } from 'node:timers/promises';
import { jsonIn } from '../../kernel/json.ts';
import type { Answer } from '../../meetings/answer.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import type { CallOptions } from '../../meetings/meetings-client.ts';
import { ACK } from '../../meetings/room-connection.ts';
import type { RoomEvent } from '../../meetings/room-event.ts';
import { SideUser, type SideUserOptions } from '../../meetings/side-user.ts';
import { asText, type Message, messageText } from './step.ts';

export interface TesterOptions
  extends Pick<SideUserOptions, 'access' | 'name' | 'url' | 'socketUrl' | 'timeoutMs'> {
  readonly letter: string;
}

export interface Seen {
  readonly answer: Answer;
  readonly sent: string | undefined;
  readonly received: string | undefined;
  /** The body of the HTTP answer, or the payload that replied. */
  readonly said: unknown;
  readonly status: number | undefined;
  /** Messages received meanwhile, including the reply. */
  readonly heard: readonly Message[];
}

/** A user of the walk, with its traffic. */
export class Tester {
  readonly letter: string;
  readonly heard: Message[] = [];
  readonly events: RoomEvent[] = [];
  readonly user: SideUser;
  readonly #contract: Contract;
  #called: { method: string; path: string; body: unknown; status: number; text: string } | undefined;
  #sent: Message | undefined;

  private constructor(letter: string, user: SideUser, contract: Contract) {
    this.letter = letter;
    this.user = user;
    this.#contract = contract;
  }

  static async open({ letter, ...options }: TesterOptions): Promise<Tester> {
    let tester: Tester | undefined;
    const user = await SideUser.open({
      ...options,
      onEvent: (event) => tester?.events.push(event),
      tap: {
        called(method, path, body, status, text) {
          if (tester) tester.#called = { method, path, body, status, text };
        },
        message(direction, name, values) {
          if (direction === 'heard') tester?.heard.push({ name, values });
          else if (tester) tester.#sent = { name, values };
        },
      },
    });
    tester = new Tester(letter, user, options.access.contract);
    return tester;
  }

  get userId(): string {
    return this.user.userId;
  }

  async call(operation: string, options: CallOptions): Promise<Seen> {
    this.#called = undefined;
    this.#sent = undefined;
    const from = this.heard.length;
    const answer = await this.user.call(operation, options);
    const heard = this.heard.slice(from);
    if (this.#called) {
      const { method, path, body, status, text } = this.#called;
      const sent = `${method} ${path}${body === undefined ? '' : ` ${asText(body)}`}`;
      const received = `${status} ${asText(text)}`.trim();
      return { answer, sent, received, said: jsonIn(text), status, heard };
    }
    const said = answer.values?.payload ?? this.#replyIn(heard, operation)?.values[0];
    return {
      answer,
      sent: this.#sent && messageText(this.#sent),
      received: said === undefined ? undefined : asText(said),
      said,
      status: undefined,
      heard,
    };
  }

  /** The message that replied, even if it was a refusal. */
  #replyIn(heard: readonly Message[], name: string): Message | undefined {
    const operation = this.#contract.operations.get(name);
    if (operation?.over !== 'socket') return undefined;
    const { reply } = operation;
    const awaited = reply.kind === 'event' ? reply.on : ACK;
    return heard.findLast((message) => message.name === awaited);
  }

  /** Waits for an event that `isMeant` accepts, from the `from`-th event on. */
  async hears(isMeant: (event: RoomEvent) => boolean, from: number, withinMs: number): Promise<RoomEvent[]> {
    const until = performance.now() + withinMs;
    for (;;) {
      const meant = this.events.slice(from).filter(isMeant);
      if (meant.length > 0 || performance.now() >= until) return meant;
      await pause(20);
    }
  }
}
