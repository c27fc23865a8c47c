import { UserError } from '../../kernel/errors.ts';
import { endpointOf } from '../../kernel/reach.ts';

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** @throws {UserError} if the text is not an http or https address */
export function readUpstream(text: string): Upstream & { protocol: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UserError(
      `upstream is "${text}", but must be an http or https address, like http://127.0.0.1:3002.`,
    );
  }
  return { protocol: url.protocol, ...endpointOf(url) };
}

/** The server of an address, without its protocol. */
export function serverOf(url: string): Upstream {
  const { host, port } = readUpstream(url);
  return { host, port };
}
