import type { Reach } from '../kernel/reach.ts';
import { Link } from '../network/link/link.ts';
import { type NetworkProfile, toLink } from '../network/profiles/profile.ts';

/** How one participant reaches the service, by HTTP and by sockets. */
export interface Route {
  readonly http: Reach;
  readonly socket: Reach;
  /** Closes the route of a participant that has ended. */
  dispose(): Promise<void>;
}

export interface Routes {
  /**
   * `participant` is a unique name; `byProxy`: the participant is a browser, which only accepts a proxy. `place`: a
   * number that no other active participant has, by which the source addresses are divided.
   */
  open(
    participant: number | string,
    options?: { readonly byProxy?: boolean; readonly place?: number },
  ): Promise<Route>;
  close(): Promise<void>;
}

export interface RoutesOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  /** The profile of the line that each participant has; without it, all reach the service directly. */
  readonly profile?: NetworkProfile | undefined;
  /** Addresses of this machine over which participants are divided; empty: the system chooses. */
  readonly sourceAddresses: readonly string[];
  readonly seed: number;
  /** Longer than the run can last: the link heals after this time even if the run dies. */
  readonly ttlMs: number;
}

/** The direct route, or a path of the link for each participant, impaired by the profile. */
export async function openRoutes({
  serviceUrl,
  socketUrl,
  profile,
  sourceAddresses,
  seed,
  ttlMs,
}: RoutesOptions): Promise<Routes> {
  if (profile === undefined) {
    const direct = (localAddress?: string): Route => ({
      http: { url: serviceUrl, localAddress },
      socket: { url: socketUrl, localAddress },
      dispose: () => Promise.resolve(),
    });
    const chosenBySystem = direct();
    // Created once for all participants.
    const routes = sourceAddresses.map(direct);
    return {
      open: (_, { place } = {}) =>
        Promise.resolve(
          place === undefined ? chosenBySystem : (routes[place % routes.length] ?? chosenBySystem),
        ),
      close: () => Promise.resolve(),
    };
  }
  const impairment = toLink(profile);
  const link = await Link.start({ seed });
  return {
    async open(participant, { byProxy = false } = {}) {
      const path = await link.open(`participant ${participant}`, { upstream: serviceUrl });
      await path.inflict({ kind: 'impaired', ...impairment }, { ttlMs });
      return {
        http: { url: serviceUrl, via: byProxy ? await path.viaSocks() : path.via },
        socket: { url: socketUrl, via: await path.to(socketUrl) },
        dispose: () => path.dispose(),
      };
    },
    close: () => link.close(),
  };
}
