import type { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { SecretAddress } from '../config/secret-address.ts';
import type { LiveRun } from '../live/live-run.ts';
import { liveView } from '../views/run-view/live-view.ts';

/** The receiver of the metrics. */
export interface OtlpReceiver {
  /** A secret; includes the path for metrics. */
  readonly url: string;
  /** Secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** For messages. */
  readonly host: string;
}

/** The receiver from the settings, with OpenTelemetry's path for metrics. */
export function otlpReceiver(endpoint: SecretAddress, headers: OtlpReceiver['headers'] = {}): OtlpReceiver {
  const { url, authorization } = endpoint.reveal();
  const own: OtlpReceiver['headers'] = authorization === undefined ? {} : { authorization };
  return {
    url: `${url.replace(/\/$/, '')}/v1/metrics`,
    headers: { ...own, ...headers },
    host: endpoint.host,
  };
}

const EVERY_MS = 5000;
/** The limit of a push with its retries, so that it ends before the next push. */
const TIMEOUT_MS = 4000;
/** The last push waits no longer than this for its answer. */
const FAREWELL_MS = 2000;

/**
 * Pushes the metrics of a live run to an OpenTelemetry receiver. A slow or missing receiver only loses figures: at most
 * one push is in progress, and only the first failure is reported.
 */
export class OtlpPush {
  readonly #run: LiveRun;
  readonly #receiver: OtlpReceiver;
  readonly #exporter: OTLPMetricExporter;
  readonly #read: () => ResourceMetrics;
  readonly #timer: NodeJS.Timeout;
  #underWay: Promise<void> | undefined;
  #isTaking = true;

  private constructor(
    run: LiveRun,
    receiver: OtlpReceiver,
    exporter: OTLPMetricExporter,
    read: () => ResourceMetrics,
  ) {
    this.#run = run;
    this.#receiver = receiver;
    this.#exporter = exporter;
    this.#read = read;
    this.#timer = setInterval(() => void this.push(), EVERY_MS).unref();
  }

  /** Loads the libraries, which takes some tenths of a second. */
  static async start(run: LiveRun, receiver: OtlpReceiver): Promise<OtlpPush> {
    const [{ OTLPMetricExporter }, { resourceFromAttributes }, { metricData }] = await Promise.all([
      import('@opentelemetry/exporter-metrics-otlp-http'),
      import('@opentelemetry/resources'),
      import('../views/metrics/opentelemetry.ts'),
    ]);
    const { url, headers } = receiver;
    const exporter = new OTLPMetricExporter({ url, headers: { ...headers }, timeoutMillis: TIMEOUT_MS });
    const resource = resourceFromAttributes({
      'service.name': 'fullhouse',
      'service.instance.id': run.facts.id,
    });
    const fromMs = Date.now();
    const read = () => ({
      resource,
      scopeMetrics: [
        { scope: { name: 'fullhouse' }, metrics: metricData(liveView(run), { fromMs, toMs: Date.now() }) },
      ],
    });
    return new OtlpPush(run, receiver, exporter, read);
  }

  /** Pushes the current figures, or waits for the push that is under way. */
  push(): Promise<void> {
    this.#underWay ??= this.#pushOnce().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Pushes the last figures, if the receiver takes them. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    // Does not wait for a receiver that has not answered yet.
    if (!this.#isTaking || this.#underWay !== undefined) return;
    const impatient = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
    await Promise.race([this.push(), impatient]);
  }

  async #pushOnce(): Promise<void> {
    const failure = await new Promise<Error | undefined>((resolve) => {
      this.#exporter.export(this.#read(), ({ error }) => resolve(error));
    });
    this.#note(failure);
  }

  #note(failure: Error | undefined): void {
    const isTaking = failure === undefined;
    if (isTaking === this.#isTaking) return;
    this.#isTaking = isTaking;
    const { host } = this.#receiver;
    // Without the text of the error: it may repeat the address, or the answer of the receiver.
    const reason = failure && ('code' in failure ? ` (${String(failure.code)})` : '');
    const text = isTaking
      ? `The OTLP receiver at ${host} accepts metrics again.`
      : `The OTLP receiver at ${host} does not accept the metrics${reason}. The run continues without it.`;
    this.#run.log.add('problem', text, isTaking ? 'good' : 'bad');
    this.#run.emit('notice', text);
  }
}
