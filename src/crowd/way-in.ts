import type { Reach } from '../kernel/reach.ts';
import { Link } from '../network/link/link.ts';
import { type NetworkProfile, toLink } from '../network/profiles/index.ts';

/** How one participant reaches the service, by HTTP and by sockets. */
export interface WayIn {
  readonly http: Reach;
  readonly socket: Reach;
  /** Of no further use once the participant is gone. */
  dispose(): Promise<void>;
}

export interface WaysIn {
  /**
   * `participant` is a name that no other one has; `byProxy`: it is a browser, which takes a proxy alone. `place`: a number
   * that no other participant has who is there, by which the source addresses are divided.
   */
  open(
    participant: number | string,
    options?: { readonly byProxy?: boolean; readonly place?: number },
  ): Promise<WayIn>;
  close(): Promise<void>;
}

export interface WaysInOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  /** A line that every participant has for itself; without one, all reach the service directly. */
  readonly profile?: NetworkProfile | undefined;
  /** Addresses of this machine over which participants are divided; empty: the system chooses. */
  readonly sourceAddresses: readonly string[];
  readonly seed: number;
  /** Longer than the run can last: the link heals by itself after this, whatever becomes of the run. */
  readonly ttlMs: number;
}

/** The direct way, or a path of the link for each participant, impaired as the profile says. */
export async function openWaysIn({
  serviceUrl,
  socketUrl,
  profile,
  sourceAddresses,
  seed,
  ttlMs,
}: WaysInOptions): Promise<WaysIn> {
  if (profile === undefined) {
    const direct = (localAddress?: string): WayIn => ({
      http: { url: serviceUrl, localAddress },
      socket: { url: socketUrl, localAddress },
      dispose: () => Promise.resolve(),
    });
    const chosenBySystem = direct();
    // Made once, and not for each participant.
    const ways = sourceAddresses.map(direct);
    return {
      open: (_, { place } = {}) =>
        Promise.resolve(place === undefined ? chosenBySystem : (ways[place % ways.length] ?? chosenBySystem)),
      close: () => Promise.resolve(),
    };
  }
  const impairment = toLink(profile);
  const link = await Link.start({ seed });
  return {
    async open(participant, { byProxy = false } = {}) {
      const path = await link.open(`participant ${participant}`, { upstream: serviceUrl });
      await path.impair(impairment, { ttlMs });
      return {
        http: { url: serviceUrl, via: byProxy ? await path.viaSocks() : path.via },
        socket: { url: socketUrl, via: await path.to(socketUrl) },
        dispose: () => path.dispose(),
      };
    },
    close: () => link.close(),
  };
}
