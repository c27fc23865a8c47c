/** How a client waits between attempts to connect again; all in ms. */
export type ReconnectPolicy =
  /** Socket.IO's policy: doubling, with jitter, up to a cap at which the jitter disappears. */
  | { readonly kind: 'socket.io'; readonly delayMs: number; readonly maxMs: number; readonly factor: number }
  /** The contract's policy: exact delays that grow by a factor up to a cap, for a number of attempts. */
  | {
      readonly kind: 'exponential';
      readonly delayMs: number;
      readonly maxMs: number;
      readonly factor: number;
      readonly attempts: number;
    };

export const socketIoDefaults: ReconnectPolicy = {
  kind: 'socket.io',
  delayMs: 1000,
  maxMs: 5000,
  factor: 0.5,
};
export const contractPolicy: ReconnectPolicy = {
  kind: 'exponential',
  delayMs: 1000,
  maxMs: 60_000,
  factor: 1.5,
  attempts: 10,
};
