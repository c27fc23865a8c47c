import { checkInputs, checkOperationName, checkReferences, namesIn, textsIn } from './check-references.ts';
import { compileOperation } from './compile-operation.ts';
import { type Contract, ROSTER_SOURCES, standardEvents } from './contract.ts';
import { Mistakes, type Path } from './mistakes.ts';
import type { Allowance, AnyOperation, EventDefinition } from './operation.ts';
import type { ReadContract, ReadEvent } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Compiles a contract once, so that nothing is parsed while a service is loaded.
 * @param source the name of the contract in messages, such as the path of its file
 * @returns the contract, which must not be used if there are mistakes
 */
export function compileContract(read: ReadContract, source: string, variables: Environment) {
  const mistakes = new Mistakes();
  const written = withoutReplacedUrl(read, variables);
  // Variables that only identities read are secrets: other expressions must not read them.
  const { identity, send, ...others } = written;
  const environment = usedIn(others, variables, mistakes);
  usedIn({ identity, send }, variables, mistakes);
  const operations = compileOperations(written, mistakes);
  const events = Object.entries(written.events ?? {}).map(([name, one]) => compileEvent(name, one, mistakes));
  checkReferences(written, operations, events, mistakes);
  const { journey = {}, metrics = {}, rateLimited } = written;
  const { base = '', health, socket } = written.service;
  const address = (url: string | undefined, path: Path) =>
    url === undefined ? undefined : mistakes.text(url, 'address', path)({ env: environment });
  const contract: Contract = {
    name: written.name ?? source,
    source,
    service: {
      url: address(written.service.url, ['service', 'url']),
      isReference: written.service.reference ?? false,
      base,
      health: health?.get ?? '/health',
    },
    socket: socket && {
      url: address(socket.url, ['service', 'socket', 'url']),
      path: socket.path,
      namespace: socket.namespace ?? '/',
      transports: socket.transports ?? ['websocket'],
    },
    identity,
    send,
    operations,
    events: new Map(events.map((event) => [event.name, event])),
    eventsByWire: byWire(events),
    causedEvents: new Set([...operations.values()].flatMap(({ causes }) => causes ?? [])),
    rosterSources: ROSTER_SOURCES.filter((name) => operations.get(name)?.reads.roster),
    rateLimited: mistakes.expression(rateLimited, 'answer', ['rateLimited']),
    environment,
    journey,
    detectionMs: written.detection,
    meetings: meetingsOf(written.meetings, mistakes),
    metrics: {
      path: metrics.get ?? '/metrics',
      base,
      durations: metrics.durations ?? 'http_request_duration_seconds',
      routes: metrics.routes ?? routesOf(operations, base),
    },
    has: written.has && new Set(written.has),
  };
  return { contract, mistakes: mistakes.all };
}

/** MEETINGS_SERVICE_URL wins over the address of the contract, so the variables of that address may be missing. */
function withoutReplacedUrl(read: ReadContract, variables: Environment): ReadContract {
  const { url = '', ...service } = read.service;
  const names = [...url.matchAll(/\benv\.(\w+)/g)].map(([, name]) => name!);
  const isReplaced = Boolean(variables.MEETINGS_SERVICE_URL) && names.some((name) => !variables[name]);
  return isReplaced ? { ...read, service } : read;
}

function byWire(events: readonly EventDefinition[]): Map<string, EventDefinition[]> {
  const found = new Map<string, EventDefinition[]>();
  for (const event of events) found.set(event.on, [...(found.get(event.on) ?? []), event]);
  return found;
}

function compileOperations(written: ReadContract, mistakes: Mistakes): Map<string, AnyOperation> {
  const { base = '', health = { get: '/health' } } = written.service;
  const allowances = new Map<string, Allowance>();
  for (const [names, allowance] of Object.entries(written.limits ?? {}))
    for (const name of namesIn(names)) allowances.set(name, allowance);
  const operations = new Map<string, AnyOperation>();
  operations.set(
    'health.get',
    compileOperation(health, {
      name: 'health.get',
      path: ['service', 'health'],
      base: '',
      allowance: undefined,
      mistakes,
    }),
  );
  for (const [name, one] of Object.entries(written.operations)) {
    const path = ['operations', name];
    checkOperationName(name, path, mistakes);
    checkInputs(name, one, path, mistakes);
    operations.set(
      name,
      compileOperation(one, { name, path, base, allowance: allowances.get(name), mistakes }),
    );
  }
  return operations;
}

function compileEvent(name: string, written: ReadEvent, mistakes: Mistakes): EventDefinition {
  const path = ['events', name];
  const { on, ...reads } = written;
  if (written.user === undefined && written.match === undefined)
    mistakes.add(path, `"${name}" has neither a user nor a text that identifies it`, 'add `user` or `match`');
  mistakes.addMisspelt(path, name, 'event', standardEvents);
  const compiled = Object.entries(reads).map(([key, one]) => [
    key,
    mistakes.expression(one, 'event', [...path, key]),
  ]);
  return { name, on, ...Object.fromEntries(compiled) };
}

function meetingsOf(written: ReadContract['meetings'], mistakes: Mistakes): Contract['meetings'] {
  if (written === undefined) return { kind: 'created' };
  const { fixed = [], named } = written;
  const count = Object.keys(written).length;
  if (count !== 1)
    mistakes.add(
      ['meetings'],
      count > 1 ? 'several kinds of meetings are set' : 'no kind of meetings is set',
      'use one of: fixed, file, named',
    );
  if (named === undefined) return { kind: 'fixed', ids: fixed };
  return { kind: 'named', name: mistakes.text(named, 'sent', ['meetings', 'named']) };
}

/** The environment variables that a part of the contract reads. Unset variables are mistakes. */
function usedIn(written: unknown, environment: Environment, mistakes: Mistakes): Record<string, string> {
  const used: Record<string, string> = {};
  for (const [text, path] of textsIn(written, []))
    for (const [, name = ''] of text.matchAll(/\benv\.(\w+)/g)) {
      const value = environment[name];
      if (value) used[name] = value;
      else
        mistakes.add(
          path,
          `"${text}" needs ${name}, which is not set`,
          `set ${name} in the environment or in .env`,
        );
    }
  return used;
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
