import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { type AnyOperation, idOf, mismatchIn, rosterIn } from '../../../src/meetings/contract/operation.ts';
import type { Values } from '../../../src/meetings/expressions.ts';
import { type Identities, openIdentities } from '../../../src/meetings/identities/identities.ts';
import type { Identity } from '../../../src/meetings/identities/identity.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { Client, call } from './client.ts';
import type { ForeignService } from './foreign-service.ts';

/** An answer, read by the rules of the contract. */
export interface Read {
  readonly isOk: boolean;
  /** Undefined when the answer is about this meeting and this user. */
  readonly wrong: string | undefined;
  readonly meeting: string | undefined;
  readonly state: unknown;
  readonly roster: ReturnType<typeof rosterIn>;
  readonly values: Values;
}

/** An event, read by the rules of the contract. */
export interface ReadEvent {
  readonly name: string;
  readonly user: string | undefined;
  readonly meeting: string | undefined;
  readonly match: unknown;
}

const PROJECT = new URL('../../../', import.meta.url).pathname;

export async function openContract(
  service: ForeignService,
  file: string,
  change: (text: string) => string = String,
): Promise<{ contract: Contract; identities: Identities }> {
  const path = PROJECT + file;
  const contract = contractOf(change(readFileSync(path, 'utf8')), path, service.environment, dirname(path));
  const identities = await openIdentities({
    identity: contract.identity,
    send: contract.send,
    openContext: (address) =>
      openRequestContext('wire', { baseURL: address ?? service.url, timeoutMs: 20_000 }),
    part: { index: 0, of: 1 },
    environment: service.environment,
    commandEnvironment: {},
    folder: dirname(path),
    clock: systemClock,
  });
  return { contract, identities };
}

/** Performs single operations of a contract. Of the harness, it uses only the contract and the identities. */
export class ByContract {
  readonly events: ReadEvent[] = [];
  readonly #service: ForeignService;
  readonly #contract: Contract;
  readonly identity: Identity;
  #client: Client | undefined;

  constructor(service: ForeignService, contract: Contract, identity: Identity) {
    this.#service = service;
    this.#contract = contract;
    this.identity = identity;
  }

  async connect(): Promise<void> {
    const { path, namespace = '/', transports } = this.#contract.socket!;
    const { auth, headers } = this.identity.socket;
    const ca = this.#ca;
    this.#client = await Client.connect(this.#service.url + (namespace === '/' ? '' : namespace), {
      ...(path === undefined ? {} : { path }),
      transports: [...transports!],
      ...(ca === undefined ? {} : { ca }),
      ...(auth === undefined ? {} : { auth: auth as Record<string, unknown> }),
      ...(headers === undefined ? {} : { extraHeaders: { ...headers } }),
    });
    this.identity.learn({ socket: { id: this.#client.id } });
    this.#client.socket.onAny((wire: string, ...args: unknown[]) => this.#hear(wire, args));
  }

  async does(name: string, meeting: string, more: Values = {}): Promise<Read> {
    const operation = this.#contract.operations.get(name);
    if (!operation) throw new Error(`The contract has no operation "${name}".`);
    const sent = { user: this.identity.userId, meeting, unique: crypto.randomUUID(), ...more };
    const answer = await this.#answer(operation, sent);
    const values = { ...sent, ...answer.values };
    const id = operation.reads.meeting?.(values);
    return {
      isOk: answer.isOk && operation.ok?.(values) !== false,
      wrong: mismatchIn(operation, values, meeting, this.identity.userId)?.message,
      meeting: idOf(id),
      state: operation.reads.state?.(values),
      roster: rosterIn(operation.reads, values),
      values,
    };
  }

  close(): void {
    this.#client?.close();
  }

  get #ca(): string | undefined {
    const { SERVICE_CA } = this.#service.environment;
    return SERVICE_CA === undefined ? undefined : readFileSync(SERVICE_CA, 'utf8');
  }

  async #answer(operation: AnyOperation, sent: Values): Promise<{ isOk: boolean; values: Values }> {
    if (operation.over === 'http') {
      const body = operation.body?.(sent);
      const ca = this.#ca;
      const answer = await call(operation.method, this.#service.url + operation.address(sent), {
        headers: { ...this.identity.headers },
        ...(body === undefined ? {} : { json: body }),
        ...(ca === undefined ? {} : { ca }),
      });
      const { status, headers } = answer;
      return { isOk: status >= 200 && status < 300, values: { status, headers, body: answer.body } };
    }
    const { socket } = this.#client!;
    if (operation.over === 'disconnect') {
      socket.disconnect();
      return { isOk: true, values: {} };
    }
    const { reply, refusal } = operation;
    const args = operation.args(sent);
    if (reply.kind === 'ack') {
      const payload: unknown = await socket.emitWithAck(operation.emit, ...args);
      return { isOk: true, values: { payload, args: [payload] } };
    }
    if (reply.kind !== 'event') {
      socket.emit(operation.emit, ...args);
      return { isOk: true, values: {} };
    }
    return new Promise((resolve) => {
      const settle = (isOk: boolean) => (payload: unknown) =>
        resolve({ isOk, values: { payload, args: [payload] } });
      socket.once(reply.on, settle(true));
      if (refusal) socket.once(refusal.on, settle(false));
      socket.emit(operation.emit, ...args);
    });
  }

  #hear(wire: string, args: unknown[]): void {
    const values = { payload: args[0], args };
    for (const event of this.#contract.eventsByWire.get(wire) ?? [])
      if (event.when === undefined || event.when(values) === true)
        this.events.push({
          name: event.name,
          user: idOf(event.user?.(values)),
          meeting: idOf(event.meeting?.(values)),
          match: event.match?.(values),
        });
  }
}
