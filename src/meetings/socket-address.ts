import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ManagerOptions } from 'socket.io-client';
import { endpointOf, type Reach } from '../kernel/reach.ts';
import { connectionOptions } from '../request-context/connection-options.ts';

/**
 * The arguments of Socket.IO's `io()`: the origin with the namespace; the path of its own calls, below the base path of
 * the service; and the address of its connections.
 */
export function socketAddress(
  { url, via, localAddress }: Reach,
  { namespace = '/', path = '/socket.io' }: { readonly namespace?: string; readonly path?: string } = {},
): { readonly url: string; readonly options: Partial<Pick<ManagerOptions, 'path' | 'agent'>> } {
  const { protocol, hostname, origin, pathname } = new URL(url);
  const isSecure = protocol === 'https:';
  const own = { ...connectionOptions({ isSecure, hostname, via, localAddress }) };
  // Socket.IO creates its own agent if it gets none.
  const agent = Object.keys(own).length === 0 ? undefined : agentFor(isSecure, own);
  return {
    // Socket.IO uses the path of an address as the namespace.
    url: namespace === '/' ? origin : origin + namespace,
    options: {
      path: pathname.replace(/\/+$/, '') + path,
      // The type is for browsers, which have no agents.
      ...(agent ? { agent: agent as unknown as boolean } : {}),
    },
  };
}

/**
 * The address of a WebSocket that is opened without `io()`: path, Host header, and the options of Node's `net` or
 * `tls`. Like Socket.IO's client, it ends the path with a slash.
 */
export function serviceAddress(
  { url, via, localAddress }: Reach,
  { path = '/socket.io' }: { readonly path?: string } = {},
) {
  const { protocol, hostname, host, pathname } = new URL(url);
  const isSecure = protocol === 'https:';
  return {
    isSecure,
    host,
    path: `${`${pathname.replace(/\/+$/, '')}${path}`.replace(/\/$/, '')}/`,
    connection: {
      ...endpointOf(url),
      ...connectionOptions({ isSecure, hostname, via, localAddress }),
    },
  };
}

/**
 * Engine.IO passes its agent to both transports, but only some of its other options. `own` overrides the options of a
 * request.
 */
function agentFor(isSecure: boolean, own: object): HttpAgent {
  // TLS sessions are not reused: each participant makes a full handshake, like each real user.
  const agent = isSecure ? new HttpsAgent({ maxCachedSessions: 0 }) : new HttpAgent();
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => createConnection({ ...options, ...own }, done);
  return agent;
}
