import { LatencyHistogram } from '../timings/latency-histogram.ts';
import type { Segment } from './pcap.ts';

/** One connection of a client, named by its address and port. */
interface Connection {
  openedAt: number | undefined;
  askedAt: number | undefined;
  answeredAt: number | undefined;
  /** The highest answered byte so far: a retransmitted segment does not end the answer. */
  answeredTo: number | undefined;
  isUpgraded: boolean;
}

const UPGRADE = /^upgrade:\s*websocket/im;

/**
 * Measures HTTP exchanges in captured segments: from the first segment of a request, or of its connection, to the last
 * segment of its answer. A connection carries one call at a time. A connection that becomes a WebSocket has no
 * exchanges.
 */
export class Exchanges {
  readonly #servicePort: number;
  readonly #connections = new Map<string, Connection>();
  readonly latencies = LatencyHistogram.empty();
  connections = 0;

  constructor(servicePort: number) {
    this.#servicePort = servicePort;
  }

  add(segment: Segment): void {
    if (segment.targetPort === this.#servicePort) this.#asked(segment);
    else if (segment.sourcePort === this.#servicePort) this.#answered(segment);
  }

  /** Completes the exchanges that have an answer. */
  end(): void {
    for (const connection of this.#connections.values()) this.#complete(connection);
    this.#connections.clear();
  }

  #asked({ sourceAddress, sourcePort, isStart, isEnd, length, data, atMs }: Segment): void {
    const key = keyOf(sourceAddress, sourcePort);
    let connection = this.#connections.get(key);
    // The last acknowledgements of a connection that ended do not open a new one.
    if (!connection && !isStart && length === 0) return;
    if (!connection || isStart) {
      if (connection) this.#complete(connection);
      connection = {
        openedAt: isStart ? atMs : undefined,
        askedAt: undefined,
        answeredAt: undefined,
        answeredTo: undefined,
        isUpgraded: false,
      };
      this.#connections.set(key, connection);
      this.connections += 1;
    }
    if (length > 0 && !isStart && !connection.isUpgraded) {
      if (connection.answeredAt !== undefined) this.#complete(connection);
      // The first call pays for its connection.
      connection.askedAt ??= connection.openedAt ?? atMs;
      connection.openedAt = undefined;
      connection.isUpgraded = UPGRADE.test(data.toString('latin1'));
    }
    if (isEnd) {
      this.#complete(connection);
      this.#connections.delete(key);
    }
  }

  #answered({ targetPort, targetAddress, sequence, length, atMs }: Segment): void {
    const connection = this.#connections.get(keyOf(targetAddress, targetPort));
    if (!connection || length === 0 || connection.askedAt === undefined) return;
    const to = (sequence + length) >>> 0;
    const isNew = connection.answeredTo === undefined || ((to - connection.answeredTo) | 0) > 0;
    if (!isNew) return;
    connection.answeredTo = to;
    connection.answeredAt = atMs;
  }

  #complete(connection: Connection): void {
    const { askedAt, answeredAt, isUpgraded } = connection;
    if (askedAt !== undefined && answeredAt !== undefined && !isUpgraded)
      this.latencies.record(Math.max(0, answeredAt - askedAt));
    connection.askedAt = undefined;
    connection.answeredAt = undefined;
  }
}

function keyOf(address: string, port: number): string {
  return `${address}:${port}`;
}
