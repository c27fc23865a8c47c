import type { Fault } from './faults/faults.ts';
import type { PathStats } from './path-stats.ts';
import type { Upstream } from './upstream.ts';

/** What the owner asks of the process of the link, and what the process answers. */
export interface Commands {
  open: { ask: { path: string; upstream: Upstream; service?: Upstream }; answer: { port: number } };
  /**
   * The port of the path for connections to this server, or for clients that name their server by SOCKS5. The first
   * request for a port opens its listener.
   */
  listen: { ask: { path: string; to: Upstream | 'socks5' }; answer: { port: number } };
  dispose: { ask: { path: string }; answer: null };
  inflict: { ask: { path: string; fault: Fault; ttlMs: number }; answer: { fault: number } };
  /** Without `fault`, all faults of the path. */
  heal: { ask: { path: string; fault?: number }; answer: null };
  /** Ends the live connections. */
  end: { ask: { path: string; by: 'reset' | 'close' }; answer: { connections: number } };
  stats: { ask: { path: string; startOver: boolean }; answer: PathStats };
}
