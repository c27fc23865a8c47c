import type { Values } from '../../soak/at-rest.ts';
import { gaugesIn } from '../../soak/gauges.ts';
import { type FoundProcess, listenerOn, memoryLimitOf, readingsOf } from '../../soak/process.ts';

/** The metrics of the service at one instant, and why some are missing. */
export interface Measured {
  /** Null if nothing could be read. */
  readonly values: Values | null;
  /** Sentences; empty if everything was read. */
  readonly missing: readonly string[];
}

interface MeasuredService {
  readMetrics(): Promise<string | null>;
  /** Where the service publishes its metrics, for sentences. */
  readonly path: string;
  /** The port on which it listens on this machine; null for a service on another machine. */
  readonly port: number | null;
}

/** What a service uses: the gauges that it publishes and, on this machine, what the kernel shows of its process. */
export class ServiceMeasurement {
  readonly #service: MeasuredService;
  #process: FoundProcess;

  constructor(service: MeasuredService) {
    this.#service = service;
    this.#process = find(service.port);
  }

  /** The limit of the control group of the service in bytes; null if it has none, or is not on this machine. */
  get memoryLimitBytes(): number | null {
    return this.#process.pid === undefined ? null : (memoryLimitOf(this.#process.pid) ?? null);
  }

  async read(): Promise<Measured> {
    const { readMetrics, path } = this.#service;
    const text = await readMetrics();
    const gauges = text === null ? {} : gaugesIn(text);
    const readings = this.#readings();
    const values = { ...gauges, ...readings };
    return {
      values: Object.keys(values).length === 0 ? null : values,
      missing: [
        ...(text === null ? [`the service does not answer with metrics at ${path}`] : []),
        ...(text !== null && Object.keys(gauges).length === 0
          ? [`the metrics at ${path} have no gauge`]
          : []),
        ...(this.#process.pid === undefined ? [this.#process.unavailableReason] : []),
      ],
    };
  }

  /** A service that was restarted has another process. */
  #readings(): Values {
    if (this.#process.pid === undefined) return {};
    const readings = readingsOf(this.#process.pid);
    if (Object.keys(readings).length > 0) return readings;
    this.#process = find(this.#service.port);
    return this.#process.pid === undefined ? {} : readingsOf(this.#process.pid);
  }
}

function find(port: number | null): FoundProcess {
  if (port === null) return { unavailableReason: 'the process of the service is not on this machine' };
  return listenerOn(port);
}
