import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { counted, number } from '../kernel/figures.ts';
import { bareHost } from '../kernel/reach.ts';
import type { GeneratorHealth } from './slice-report.ts';

/** Ports of a participant: one for HTTP and one for the WebSocket. */
export const CONNECTIONS_EACH = 2;
/** One address has ports for about 14 000 participants; the rest is for other programs. */
const MOST_ON_ONE_ADDRESS = 10_000;
/**
 * On loopback, where addresses cost nothing. Linux blocks the port of an ended connection for 60 s if the address was
 * chosen by the client, and for 1 s otherwise, so a chosen address needs spare ports for replaced participants.
 */
const PARTICIPANTS_PER_ADDRESS = 1000;

export interface Sources {
  /** The value of SOURCE_ADDRESSES; empty without one. */
  readonly sourceAddresses: readonly string[];
  readonly serviceUrl: string;
}

/**
 * The addresses of this machine for its participants; empty if the system chooses. On loopback, all of
 * 127.0.0.0/8 is this machine on Linux, so a crowd that is too large for one address gets several automatically.
 */
export function sourceAddressesFor(
  { sourceAddresses, serviceUrl }: Sources,
  participants: number,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const isLoopback = /^127(\.\d+){3}$/.test(new URL(serviceUrl).hostname);
  const isSmall = participants <= MOST_ON_ONE_ADDRESS;
  if (sourceAddresses.length > 0 || !isLoopback || isSmall || platform !== 'linux') return sourceAddresses;
  const length = Math.min(254, Math.ceil(participants / PARTICIPANTS_PER_ADDRESS));
  return Array.from({ length }, (_, index) => `127.0.0.${index + 1}`);
}

/** Ports that the system gives to connections, per address; undefined if the system does not report them. */
export function portsPerAddress(file = '/proc/sys/net/ipv4/ip_local_port_range'): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // only Linux reports it this way
  }
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return last === undefined ? undefined : last - first! + 1;
}

const range = portsPerAddress();

/** The ports that the participants use, and the number available to the processes of this machine. */
export function portsUsed(
  participants: number,
  sources: readonly string[],
  perAddress = range,
): Pick<GeneratorHealth, 'localPorts'> {
  if (perAddress === undefined) return {};
  return {
    localPorts: { used: CONNECTIONS_EACH * participants, limit: perAddress * Math.max(1, sources.length) },
  };
}

/** Why these addresses cannot reach a service with a numeric address; undefined if they can. */
export function wrongFamily({ sourceAddresses, serviceUrl }: Sources): string | undefined {
  const { hostname } = new URL(serviceUrl);
  const family = isIP(bareHost(hostname));
  const wrong = family === 0 ? [] : sourceAddresses.filter((address) => isIP(address) !== family);
  if (wrong.length === 0) return undefined;
  return `SOURCE_ADDRESSES: ${wrong.join(', ')} cannot connect to ${hostname}. Use IPv${family} addresses of this machine, as the service has.`;
}

/**
 * One sentence before a run whose participants on this machine need more ports than it has; undefined if they fit.
 */
export function portWarning(sources: Sources, participants: number, perAddress = range): string | undefined {
  const addresses = sourceAddressesFor(sources, participants);
  const { localPorts } = portsUsed(participants, addresses, perAddress);
  if (localPorts === undefined || localPorts.used <= localPorts.limit) return undefined;
  const { used, limit } = localPorts;
  const from = counted(Math.max(1, addresses.length), 'address', 'addresses');
  const enough = Math.ceil(used / perAddress!);
  return `${counted(participants, 'participant')} need ${number(used)} local ports, and this machine has ${number(limit)} for ${from}. Set SOURCE_ADDRESSES to ${number(enough)} addresses of this machine, or use more machines.`;
}
