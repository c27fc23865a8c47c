export type ConnectionState =
  | { kind: 'connecting' }
  /** The connection is open, and the page fetches the missed state. */
  | { kind: 'catching-up' }
  | { kind: 'connected' }
  /** The browser reports that it has no network. */
  | { kind: 'offline' }
  | { kind: 'reconnecting'; attempt: number };

/** The state in words. */
export function describeConnection(state: ConnectionState): string {
  switch (state.kind) {
    case 'connecting':
      return 'Connecting…';
    case 'catching-up':
      return 'Catching up…';
    case 'connected':
      return 'Connected';
    case 'offline':
      return 'Offline';
    case 'reconnecting':
      return `Reconnecting, attempt ${state.attempt}`;
  }
}
