import leven, { closestMatch } from 'leven';
import { isAction, standardOperations } from '../../timings/catalogue.ts';
import { type Contract, ROSTER_SOURCES, standardEvents } from './contract.ts';
import {
  compileExpression,
  compileTemplate,
  compileText,
  type Expression,
  ExpressionError,
  type Place,
  type Template,
  type Values,
  type WrittenExpression,
} from './expressions.ts';
import type { Mistake } from './mistakes.ts';
import type { Allowance, AnyOperation, EventDefinition, Reads, Reply, SocketOperation } from './operation.ts';
import { type ReadContract, type ReadEvent, type ReadOperation, VERBS } from './schema.ts';

/** A contract, or all that is wrong with it. */
export type Compiled =
  | { readonly contract: Contract; readonly mistakes?: undefined }
  | { readonly contract?: undefined; readonly mistakes: readonly Mistake[] };

type Path = readonly (string | number)[];

/**
 * Compiles a contract once, so that nothing is parsed while a service is loaded.
 * @param name what people know the contract by, such as the path of its file
 */
export function compileContract(
  written: ReadContract,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Compiled {
  const compiler = new Compiler(environment);
  const contract = compiler.contract(written, name);
  return compiler.mistakes.length > 0 ? { mistakes: compiler.mistakes } : { contract };
}

/** How a reply without a word on it comes. */
const ACK: Reply = { kind: 'ack' };

class Compiler {
  readonly mistakes: Mistake[] = [];
  /** Names that a misspelt one was meant to be: that they are missing is no mistake of its own. */
  readonly #meant = new Set<string>();
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  contract(written: ReadContract, name: string): Contract {
    const { service, limits = {}, journey = {}, metrics = {} } = written;
    const { identity, send, ...others } = written;
    // What identities need of the environment is a secret, and theirs alone.
    const environment = this.#used(others, []);
    this.#used({ identity, send }, []);
    const allowances = this.#allowances(limits);
    const operations = new Map<string, AnyOperation>();
    const base = service.base ?? '';
    const health = service.health ?? { get: '/health' };
    operations.set(
      'health.get',
      this.#operation('health.get', { get: health.get, base: '', ok: health.ok }, '', new Map(), [
        'service',
        'health',
      ]),
    );
    for (const [operation, one] of Object.entries(written.operations)) {
      const path = ['operations', operation];
      this.#checkName(operation, path);
      this.#checkInputs(operation, one, path);
      operations.set(operation, this.#operation(operation, one, base, allowances, path));
    }
    const events = Object.entries(written.events ?? {}).map(([event, one]) =>
      this.#event(event, one, ['events', event]),
    );
    this.#checkReferences(written, operations, events, allowances);
    const byWire = new Map<string, EventDefinition[]>();
    for (const event of events) byWire.set(event.on, [...(byWire.get(event.on) ?? []), event]);
    const caused = new Set([...operations.values()].flatMap(({ causes }) => causes ?? []));
    return {
      name: written.name ?? name,
      source: name,
      service: {
        ...(service.url === undefined
          ? {}
          : { url: this.#text(service.url, 'address', ['service', 'url'])({ env: environment }) }),
        base,
        health: health.get,
      },
      socket: service.socket && {
        ...(service.socket.url === undefined
          ? {}
          : {
              url: this.#text(service.socket.url, 'address', ['service', 'socket', 'url'])({
                env: environment,
              }),
            }),
        ...(service.socket.path === undefined ? {} : { path: service.socket.path }),
        namespace: service.socket.namespace ?? '/',
        transports: service.socket.transports ?? ['websocket'],
      },
      identity: written.identity,
      send: written.send,
      operations,
      events: new Map(events.map((event) => [event.name, event])),
      eventsByWire: byWire,
      causedEvents: caused,
      rosterSources: ROSTER_SOURCES.filter((source) => operations.get(source)?.reads.roster),
      rateLimited:
        written.rateLimited === undefined
          ? undefined
          : this.#expression(written.rateLimited, 'answer', ['rateLimited']),
      environment,
      journey,
      detectionMs: written.detection,
      meetings: this.#meetings(written.meetings),
      metrics: {
        path: metrics.get ?? '/metrics',
        base,
        durations: metrics.durations ?? 'http_request_duration_seconds',
        routes: metrics.routes ?? routesOf(operations, base),
      },
      has: written.has && new Set(written.has),
    };
  }

  #operation(
    name: string,
    written: ReadOperation,
    serviceBase: string,
    allowances: ReadonlyMap<string, Allowance>,
    path: Path,
  ): AnyOperation {
    const verbs = [...VERBS, 'emit', 'disconnect'].filter(
      (verb) => verb in written,
    ) as (keyof ReadOperation)[];
    if (verbs.length !== 1) {
      const message =
        verbs.length === 0 ? `"${name}" does nothing` : `"${name}" is ${verbs.join(' and ')} at once`;
      this.#mistake(path, message, `use one of: ${[...VERBS, 'emit', 'disconnect'].join(', ')}`);
      return { name, over: 'http', method: '', path: '', address: () => '', isUnique: false, reads: {} };
    }
    const [verb] = verbs as [keyof ReadOperation];
    this.#refuseUnused(written, verb, path);
    const place: Place = verb === 'emit' ? 'event' : 'answer';
    const allowance = allowances.get(name);
    const common = {
      name,
      ...(allowance ? { allowance } : {}),
      isUnique: usesUnique(written),
      ...(written.causes === undefined ? {} : { causes: written.causes }),
      ...(written.only === undefined ? {} : { only: written.only }),
      ...(written.ok === undefined
        ? {}
        : { ok: this.#expression<boolean>(written.ok, place, [...path, 'ok']) }),
      reads: this.#reads(written, place, path),
    };
    if (verb === 'disconnect') return { ...common, over: 'disconnect' };
    if (verb === 'emit') return { ...common, ...this.#message(written, path) };
    const base = written.base ?? serviceBase;
    const pathOf = this.#text(
      written[verb] as WrittenExpression,
      'sent',
      [...path, verb],
      encodeURIComponent,
    );
    const query = this.#query(written.query, [...path, 'query']);
    return {
      ...common,
      over: 'http',
      method: verb.toUpperCase(),
      path: base + (typeof written[verb] === 'string' ? written[verb] : '…'),
      address: query ? (values) => base + pathOf(values) + query(values) : (values) => base + pathOf(values),
      ...(written.header ? { headers: this.#headers(written.header, [...path, 'header']) } : {}),
      ...(written.json === undefined ? {} : { body: this.#template(written.json, [...path, 'json']) }),
    };
  }

  #message(
    { emit = '', json, args, reply, refusal }: ReadOperation,
    path: Path,
  ): Omit<SocketOperation, 'name' | 'reads' | 'isUnique'> {
    if (json !== undefined && args !== undefined)
      this.#mistake([...path, 'args'], '`json` and `args` are both given', 'use one of them');
    const payload = this.#template(json, [...path, 'json']);
    const values = args?.map((one, index) => this.#template(one, [...path, 'args', index]));
    return {
      over: 'socket',
      emit,
      args: values
        ? (known) => values.map((value) => value(known))
        : json === undefined
          ? () => []
          : (known) => [payload(known)],
      reply: this.#reply(reply, [...path, 'reply']),
      ...(refusal === undefined ? {} : { refusal: this.#awaited(refusal, [...path, 'refusal']) }),
    };
  }

  #reply(written: ReadOperation['reply'], path: Path): Reply {
    if (written === undefined || written === 'ack') return ACK;
    if (written === 'none') return { kind: 'none' };
    const meant =
      typeof written === 'string' ? ['ack', 'none'].find((word) => isSlipOf(word, written)) : undefined;
    if (meant !== undefined)
      this.#mistake(
        path,
        `"${String(written)}" is nearly "${meant}"`,
        `write ${meant}, or { on: ${String(written)} } for an event of this name`,
      );
    return { kind: 'event', ...this.#awaited(written, path) };
  }

  #awaited(written: NonNullable<ReadOperation['refusal']>, path: Path) {
    if (typeof written === 'string') return { on: written };
    const { on, when } = written;
    if (when === undefined) return { on };
    return { on, when: this.#expression<boolean>(when, 'event', [...path, 'when']) };
  }

  #event(name: string, written: ReadEvent, path: Path): EventDefinition {
    const read = (key: 'when' | 'meeting' | 'user' | 'match' | 'time') =>
      written[key] === undefined ? {} : { [key]: this.#expression(written[key], 'event', [...path, key]) };
    if (written.user === undefined && written.match === undefined)
      this.#mistake(path, `"${name}" says neither whose event it is nor which`, 'add `user` or `match`');
    this.#checkEventName(name, path);
    return {
      name,
      on: written.on,
      ...read('when'),
      ...read('meeting'),
      ...read('user'),
      ...read('match'),
      ...read('time'),
      ...(written.role === undefined ? {} : { role: this.#first(written.role, 'event', [...path, 'role']) }),
      ...(written.hand === undefined ? {} : { hand: this.#first(written.hand, 'event', [...path, 'hand']) }),
    };
  }

  #reads({ meeting, user, state, roster, meetings, advice }: ReadOperation, place: Place, path: Path): Reads {
    const read = (key: string, written: WrittenExpression | undefined) =>
      written === undefined ? {} : { [key]: this.#expression(written, place, [...path, key]) };
    const item = (key: string, written: WrittenExpression, within: string) =>
      this.#expression(written, 'item', [...path, within, key]);
    return {
      ...read('meeting', meeting),
      ...read('user', user),
      ...read('state', state),
      ...(roster === undefined
        ? {}
        : {
            roster: {
              list: this.#expression(roster.list, place, [...path, 'roster', 'list']),
              user: item('user', roster.user, 'roster'),
              ...(roster.role === undefined
                ? {}
                : { role: this.#first(roster.role, 'item', [...path, 'roster', 'role']) }),
              ...(roster.hand === undefined
                ? {}
                : { hand: this.#first(roster.hand, 'item', [...path, 'roster', 'hand']) }),
            },
          }),
      ...(meetings === undefined
        ? {}
        : {
            meetings: {
              list: this.#expression(meetings.list, place, [...path, 'meetings', 'list']),
              id: item('id', meetings.id, 'meetings'),
              ...(meetings.title === undefined ? {} : { title: item('title', meetings.title, 'meetings') }),
            },
          }),
      ...(advice === undefined
        ? {}
        : {
            advice: Object.fromEntries(
              Object.entries(advice).map(([key, written]) => [
                key,
                this.#expression(written, place, [...path, 'advice', key]),
              ]),
            ),
          }),
    };
  }

  /** The first that is there. */
  #first(written: WrittenExpression | readonly WrittenExpression[], place: Place, path: Path): Expression {
    if (!Array.isArray(written)) return this.#expression(written as WrittenExpression, place, path);
    const all = written.map((one: WrittenExpression, index) =>
      this.#expression(one, place, [...path, index]),
    );
    return (values) => {
      for (const one of all) {
        const value = one(values);
        if (value !== undefined && value !== null) return value;
      }
      return undefined;
    };
  }

  #query(written: Readonly<Record<string, WrittenExpression>> | undefined, path: Path) {
    if (written === undefined) return undefined;
    const entries = Object.entries(written).map(
      ([key, value]) => [encodeURIComponent(key), this.#template(value, [...path, key])] as const,
    );
    return (values: Values) => {
      let query = '';
      for (const [key, template] of entries) {
        const value = template(values);
        if (value !== undefined)
          query += `${query === '' ? '?' : '&'}${key}=${encodeURIComponent(String(value))}`;
      }
      return query;
    };
  }

  #headers(written: Readonly<Record<string, WrittenExpression>>, path: Path) {
    const entries = Object.entries(written).map(
      ([key, value]) => [key.toLowerCase(), this.#text(value, 'sent', [...path, key])] as const,
    );
    return (values: Values) => Object.fromEntries(entries.map(([key, text]) => [key, text(values)]));
  }

  #allowances(limits: NonNullable<ReadContract['limits']>): Map<string, Allowance> {
    const allowances = new Map<string, Allowance>();
    for (const [names, allowance] of Object.entries(limits))
      for (const name of names.split(',')) allowances.set(name.trim(), allowance);
    return allowances;
  }

  /** A name that nearly is a standard one was meant to be it. */
  #checkName(name: string, path: Path): void {
    if (standardOperations.has(name)) return;
    const meant = closestMatch(name, [...standardOperations], { maxDistance: 2 });
    if (meant !== undefined) {
      this.#meant.add(meant);
      this.#mistake(path, `"${name}" is no operation of fullhouse`, `did you mean "${meant}"?`);
    } else if (!NAME.test(name))
      this.#mistake(
        path,
        `"${name}" cannot be the name of an operation`,
        'use letters, digits, dots and dashes',
      );
    else if (!isAction(name) || RESERVED.has(name))
      this.#mistake(path, `"${name}" is a name of fullhouse's own`, 'choose another name');
  }

  #checkEventName(name: string, path: Path): void {
    if (standardEvents.has(name)) return;
    const meant = closestMatch(name, [...standardEvents], { maxDistance: 2 });
    if (meant === undefined) return;
    this.#meant.add(meant);
    this.#mistake(path, `"${name}" is no event of fullhouse`, `did you mean "${meant}"?`);
  }

  /** What is written down for another kind of operation, and would do nothing. */
  #refuseUnused(written: ReadOperation, verb: string, path: Path): void {
    const isSilent = verb === 'emit' && written.reply === 'none';
    const [kind, unused] =
      verb === 'disconnect'
        ? ['the end of a connection', ALL_BUT_CAUSES]
        : verb === 'emit'
          ? [
              isSilent ? 'a message without a reply' : 'a message',
              isSilent ? [...OF_CALLS, ...READ] : OF_CALLS,
            ]
          : ['a call', OF_MESSAGES];
    for (const key of unused)
      if (written[key] !== undefined)
        this.#mistake([...path, key], `\`${key}\` is not for ${kind}`, `remove it from this operation`);
  }

  /** What fullhouse passes, nearly spelt. Anything else may be what a journey passes. */
  #checkInputs(name: string, written: unknown, path: Path): void {
    const known = inputs[name];
    if (known === undefined) return;
    for (const [text, at] of textsIn(written, path))
      for (const [, input = ''] of text.matchAll(/\binput\.(\w+)/g))
        if (!known.includes(input) && closestMatch(input, known, { maxDistance: 2 }) !== undefined)
          this.#unknown(at, `"${text}" reads "input.${input}", which ${name} does not have`, input, known);
  }

  #checkReferences(
    written: ReadContract,
    operations: ReadonlyMap<string, AnyOperation>,
    events: readonly EventDefinition[],
    allowances: ReadonlyMap<string, Allowance>,
  ): void {
    const known = events.map(({ name }) => name);
    for (const { name, causes, over, isUnique } of operations.values()) {
      const event = events.find((one) => one.name === causes);
      if (causes !== undefined && !event)
        this.#unknown(
          ['operations', name, 'causes'],
          `"${causes}" is no event of this contract`,
          causes,
          known,
        );
      if (event?.match && !isUnique)
        this.#mistake(
          ['operations', name, 'causes'],
          `"${causes}" is known by what it \`match\`es, and "${name}" sends nothing of the kind`,
          `put \${unique} into what is sent, or remove \`match\` from the event`,
        );
      if (over !== 'http' && written.service.socket === undefined)
        this.#mistake(
          ['operations', name],
          `"${name}" needs a socket, and the contract has none`,
          'add `service.socket`',
        );
    }
    if (events.length > 0 && written.service.socket === undefined)
      this.#mistake(
        ['events'],
        'events arrive over a socket, and the contract has none',
        'add `service.socket`, or remove `events`',
      );
    const names = [...operations.keys()];
    for (const name of allowances.keys())
      if (!names.includes(name))
        this.#unknown(
          ['limits', limitKeyOf(written, name)],
          `"${name}" is no operation of this contract`,
          name,
          names,
        );
    for (const name of Object.keys(written.journey?.mix ?? {}))
      if (!names.includes(name) && name !== 'hand' && name !== 'listen')
        this.#unknown(['journey', 'mix', name], `"${name}" is no operation of this contract`, name, [
          ...names,
          'hand',
          'listen',
        ]);
    const { mix } = written.journey ?? {};
    if (mix && !Object.values(mix).some((weight) => weight > 0))
      this.#mistake(['journey', 'mix'], 'no action has a weight above 0', 'add one, such as listen: 1');
    if (mix?.hand !== undefined && !(operations.has('hand.raise') && operations.has('hand.lower')))
      this.#mistake(
        ['journey', 'mix', 'hand'],
        'hands are raised and lowered in turn, and the contract has not both',
        'add `hand.raise` and `hand.lower`, or name the operation that is there',
      );
    for (const name of Object.keys(written.metrics?.routes ?? {}))
      if (!names.includes(name))
        this.#unknown(['metrics', 'routes', name], `"${name}" is no operation of this contract`, name, names);
    const isThere = (name: string) => operations.has(name) || this.#meant.has(name);
    if (written.meetings === undefined && !isThere('meeting.create'))
      this.#mistake(
        ['operations'],
        'meetings can be neither created nor found',
        'add `meeting.create`, or `meetings: { fixed: […] }`',
      );
    if (!isThere('meeting.join') && !isThere('room.enter'))
      this.#mistake(['operations'], 'nobody can take part', 'add `meeting.join`, `room.enter`, or both');
  }

  #meetings(written: ReadContract['meetings']): Contract['meetings'] {
    if (written === undefined) return { kind: 'created' };
    const { fixed, named } = written;
    if (Object.keys(written).length !== 1)
      this.#mistake(
        ['meetings'],
        Object.keys(written).length > 1 ? 'meetings are given twice' : 'no meetings are given',
        'use one of: fixed, file, named',
      );
    if (named !== undefined) return { kind: 'named', name: this.#text(named, 'sent', ['meetings', 'named']) };
    return { kind: 'fixed', ids: fixed ?? [] };
  }

  /** The variables of the environment that a part of the contract reads; those that are not set are mistakes. */
  #used(written: unknown, path: Path): Record<string, string> {
    const used: Record<string, string> = {};
    if (typeof written === 'string') {
      for (const [, name = ''] of written.matchAll(/\benv\.(\w+)/g)) {
        const value = this.#environment[name];
        if (value === undefined || value === '')
          this.#mistake(
            path,
            `"${written}" needs ${name}, which is not set`,
            `set ${name} in the environment or in .env`,
          );
        else used[name] = value;
      }
    } else if (typeof written === 'object' && written !== null) {
      for (const [key, value] of Object.entries(written))
        Object.assign(used, this.#used(value, [...path, key]));
    }
    return used;
  }

  #unknown(path: Path, message: string, word: string, among: readonly string[]): void {
    if (this.#meant.has(word)) return;
    const meant = closestMatch(word, among, { maxDistance: 3 });
    this.#mistake(path, message, meant ? `did you mean "${meant}"?` : `known: ${among.join(', ') || 'none'}`);
  }

  #expression<Result = unknown>(written: WrittenExpression, place: Place, path: Path): Expression<Result> {
    return this.#tried(path, () => compileExpression<Result>(written, place)) ?? (() => undefined);
  }

  #template(written: unknown, path: Path): Template {
    return this.#tried(path, () => compileTemplate(written, 'sent')) ?? (() => undefined);
  }

  #text(written: WrittenExpression, place: Place, path: Path, encode?: (value: string) => string) {
    return this.#tried(path, () => compileText(written, place, encode)) ?? (() => '');
  }

  #tried<Made>(path: Path, make: () => Made): Made | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#mistake(path, error.message, error.hint);
      return undefined;
    }
  }

  #mistake(path: Path, message: string, hint?: string): void {
    this.mistakes.push({ path, message, ...(hint === undefined ? {} : { hint }) });
  }
}

/** What goes with a call alone, and with a message alone; what is read of an answer. */
const OF_CALLS = ['base', 'query', 'header'] as const;
const OF_MESSAGES = ['args', 'reply', 'refusal'] as const;
const READ = ['ok', 'meeting', 'user', 'state', 'roster', 'meetings', 'advice'] as const;
const ALL_BUT_CAUSES = ['json', ...OF_MESSAGES, ...OF_CALLS, ...READ] as const;

const NAME = /^[a-z][\w-]*(\.[\w-]+)*$/i;
/** Whether a word is another one with one wrong letter, or with its letters in another order. */
function isSlipOf(word: string, written: string): boolean {
  const letters = (text: string) => [...text].sort().join('');
  return leven(word, written) === 1 || letters(word) === letters(written);
}

/** What is passed to the operations that fullhouse calls by name. */
const inputs: Readonly<Record<string, readonly string[]>> = {
  'meeting.create': ['title', 'capacity'],
  'meeting.list': ['limit', 'host'],
  'network.report': ['quality', 'rtt', 'packetLoss', 'bandwidth'],
};

/** All texts in a part of a contract, each with its place. */
function textsIn(written: unknown, path: Path): [string, Path][] {
  if (typeof written === 'string') return [[written, path]];
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([key, value]) => textsIn(value, [...path, key]));
}

/** Words of the journey. */
const RESERVED = new Set(['hand', 'listen']);

/** Whether what is sent, or what is heard of it, holds a text of this call alone. A function may use anything. */
function usesUnique(written: unknown): boolean {
  if (typeof written === 'function') return true;
  if (typeof written === 'string') return /\bunique\b/.test(written);
  return typeof written === 'object' && written !== null && Object.values(written).some(usesUnique);
}

function limitKeyOf({ limits = {} }: ReadContract, name: string): string {
  return Object.keys(limits).find((key) => key.split(',').some((one) => one.trim() === name)) ?? name;
}

/** The route of each operation on a meeting as frameworks name it: its path below the base, with `:id`. */
function routesOf(operations: ReadonlyMap<string, AnyOperation>, base: string): Record<string, string> {
  return Object.fromEntries(
    [...operations.values()].flatMap((operation) => {
      if (operation.over !== 'http' || operation.only || !operation.path.startsWith(`${base}/\${meeting}`))
        return [];
      const route = operation.path.slice(base.length).replace(/\$\{meeting\}/g, ':id');
      return [[operation.name, `${operation.method} ${route}`]];
    }),
  );
}
