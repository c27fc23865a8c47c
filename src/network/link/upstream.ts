import { UserError } from '../../kernel/errors.ts';

/** The server that a path leads to. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export function readUpstream(text: string): Upstream & { protocol: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const defaultPort = url && DEFAULT_PORTS[url.protocol];
  if (!url || defaultPort === undefined) {
    throw new UserError(`upstream is "${text}". Give an http or https address, like http://127.0.0.1:3002.`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { protocol: url.protocol, host, port: url.port === '' ? defaultPort : Number(url.port) };
}

/** The server of an address. @throws {UserError} if it is not an address */
export function serverOf(url: string): Upstream {
  const { host, port } = readUpstream(url);
  return { host, port };
}
