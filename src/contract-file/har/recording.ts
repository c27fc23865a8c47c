import { UserError } from '../../kernel/errors.ts';
import { placeOf } from '../classify.ts';
import { mostInBoth, tally } from '../counts.ts';
import { endpointOf, isApi } from './api-calls.ts';
import { type Connection, connectionsIn, isEngineIo, messagesIn, type SocketMessage } from './connections.ts';
import type { HarEntry } from './read-har.ts';

/** The traffic of one user with the service. */
export interface Recording {
  readonly name: string;
  readonly calls: readonly HarEntry[];
  readonly connections: readonly Connection[];
  readonly sent: readonly SocketMessage[];
  readonly received: readonly SocketMessage[];
  /** WebSockets whose messages the recording lacks. */
  readonly emptySockets: number;
}

export interface Service {
  /** Undefined if the recordings contain only sockets. */
  readonly origin: string | undefined;
  readonly socketOrigin: string | undefined;
  readonly recordings: readonly [Recording, Recording];
  /** Descriptions of the omitted traffic. */
  readonly leftOut: readonly string[];
}

interface Named {
  readonly name: string;
  readonly entries: readonly HarEntry[];
}

/** The service that both recordings use. @throws {UserError} if the services differ */
export function serviceIn(files: readonly [Named, Named]): Service {
  const origins = files.map(({ entries }) =>
    tally(entries.filter(isApi).map((entry) => [entry.url.origin, weight(entry)])),
  );
  const sockets = files.map(({ entries }) =>
    tally(entries.filter(isEngineIo).map(({ url }) => [httpOrigin(url), 1])),
  );
  const origin = mostInBoth(origins[0]!, origins[1]!);
  const sharedSocket = mostInBoth(sockets[0]!, sockets[1]!);
  const socketOrigin = sharedSocket ?? [...sockets[0]!, ...sockets[1]!][0]?.[0];
  if (origin === undefined && sharedSocket === undefined) throw differentServices(files, origins, sockets);
  const recordings = files.map((file) => recordingOf(file, origin, socketOrigin));
  return {
    origin,
    socketOrigin,
    recordings: recordings as [Recording, Recording],
    leftOut: leftOutOf(files, origin, socketOrigin),
  };
}

function differentServices(files: readonly Named[], ...tallies: Map<string, number>[][]): UserError {
  const of = (index: number) => [...new Set(tallies.flatMap((one) => [...one[index]!.keys()]))];
  const said = files.map(
    ({ name }, index) =>
      `"${name}" ${of(index).length > 0 ? `calls ${of(index).slice(0, 3).join(', ')}` : 'calls no API'}`,
  );
  return new UserError(
    `The recordings have no service in common: ${said.join('; ')}. Record two users of one service, who do the same in one meeting.`,
  );
}

function recordingOf(
  { name, entries }: Named,
  origin: string | undefined,
  socketOrigin: string | undefined,
): Recording {
  const connections = connectionsIn(entries.filter(({ url }) => httpOrigin(url) === socketOrigin));
  const messages = (isSent: boolean) =>
    connections
      .flatMap((connection) => messagesIn(connection, isSent))
      .sort((one, other) => one.atMs - other.atMs);
  return {
    name,
    calls: entries.filter((entry) => isApi(entry) && entry.url.origin === origin),
    connections,
    sent: messages(true),
    received: messages(false),
    emptySockets: entries.filter((entry) => entry.isSocket && isEngineIo(entry) && !entry.frames?.length)
      .length,
  };
}

function httpOrigin(url: URL): string {
  return url.origin === 'null' || /^ws/.test(url.protocol)
    ? `${url.protocol.replace('ws', 'http')}//${url.host}`
    : url.origin;
}

/** Calls about meetings count more than the many calls of an analytics service. */
function weight(entry: HarEntry): number {
  return placeOf(endpointOf(entry)).purpose === undefined ? 1 : 100;
}

function leftOutOf(
  files: readonly Named[],
  origin: string | undefined,
  socketOrigin: string | undefined,
): string[] {
  const entries = files.flatMap((file) => file.entries).filter((entry) => !isEngineIo(entry));
  const isOwn = ({ url }: HarEntry) => [origin, socketOrigin].includes(httpOrigin(url));
  const parts = entries.filter((entry) => isOwn(entry) && !isApi(entry)).length;
  const foreign = entries.filter((entry) => !isOwn(entry));
  const hosts = [...new Set(foreign.map(({ url }) => url.host))].filter((host) => host !== '');
  const more = hosts.length > 3 ? ` and ${hosts.length - 3} more` : '';
  const named = hosts.length > 0 ? ` (${hosts.slice(0, 3).join(', ')}${more})` : '';
  const leftOut: string[] = [];
  if (parts > 0) leftOut.push(`${parts} parts of pages (HTML, scripts, styles, images, preflight requests)`);
  if (foreign.length > 0) leftOut.push(`${foreign.length} requests to other hosts${named}`);
  return leftOut;
}
