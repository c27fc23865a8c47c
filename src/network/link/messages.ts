import type { LineFault } from './faults/line.ts';
import type { PathStats } from './path-stats.ts';
import type { Upstream } from './upstream.ts';

/** The commands that the owner sends to the process of the link, with their answers. */
export interface Commands {
  open: { ask: { path: string; upstream: Upstream; service?: Upstream }; answer: { port: number } };
  /**
   * Returns the port of the path for connections to this server, or for SOCKS5 clients, which name their server. The first
   * request opens the listener.
   */
  listen: { ask: { path: string; to: Upstream | 'socks5' }; answer: { port: number } };
  dispose: { ask: { path: string }; answer: null };
  inflict: { ask: { path: string; fault: LineFault; ttlMs: number }; answer: { fault: number } };
  /** Ends one fault; without `fault`, all faults of the path. */
  heal: { ask: { path: string; fault?: number }; answer: null };
  /** Ends the live connections. */
  end: { ask: { path: string; by: 'reset' | 'close' }; answer: { connections: number } };
  stats: { ask: { path: string; startOver: boolean }; answer: PathStats };
}
