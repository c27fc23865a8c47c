import { Link } from '../network/link/link.ts';
import { type NetworkProfile, toLink } from '../network/profiles/index.ts';

/** How one participant reaches the service. */
export interface WayIn {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  /** Of no further use once the participant is gone. */
  dispose(): Promise<void>;
}

export interface WaysIn {
  /** `participant` is a name that no other one has. */
  open(participant: number | string): Promise<WayIn>;
  close(): Promise<void>;
}

export interface WaysInOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  /** A line that every participant has for itself; without one, all reach the service directly. */
  readonly profile?: NetworkProfile | undefined;
  readonly seed: number;
  /** Longer than the run can last: the link heals by itself after this, whatever becomes of the run. */
  readonly ttlMs: number;
}

/** The direct way, or a path of the link for each participant, impaired as the profile says. */
export async function openWaysIn({
  serviceUrl,
  socketUrl,
  profile,
  seed,
  ttlMs,
}: WaysInOptions): Promise<WaysIn> {
  if (profile === undefined) {
    const direct = { serviceUrl, socketUrl, dispose: () => Promise.resolve() };
    return { open: () => Promise.resolve(direct), close: () => Promise.resolve() };
  }
  const impairment = toLink(profile);
  const link = await Link.start({ seed });
  const impaired = async (name: string, upstream: string) => {
    const path = await link.open(name, { upstream });
    await path.impair(impairment, { ttlMs });
    return path;
  };
  return {
    async open(participant) {
      const http = await impaired(`participant ${participant}`, serviceUrl);
      if (socketUrl === serviceUrl)
        return { serviceUrl: http.url, socketUrl: http.url, dispose: () => http.dispose() };
      const socket = await impaired(`participant ${participant}, socket`, socketUrl);
      const dispose = async () => {
        await Promise.all([http.dispose(), socket.dispose()]);
      };
      return { serviceUrl: http.url, socketUrl: socket.url, dispose };
    },
    close: () => link.close(),
  };
}
