import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { OtlpPush, otlpReceiver } from '../../../src/dashboard/otlp-push.ts';
import { FedRun } from '../live/fed-run.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly bucketCounts?: readonly (number | string)[];
  readonly explicitBounds?: readonly number[];
  readonly count?: number | string;
  readonly startTimeUnixNano: string | { low: number };
}

interface Pushed {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly unit: string;
        readonly gauge?: { readonly dataPoints: readonly Point[] };
        readonly sum?: {
          readonly dataPoints: readonly Point[];
          readonly isMonotonic: boolean;
          readonly aggregationTemporality: number;
        };
        readonly histogram?: { readonly dataPoints: readonly Point[] };
      }[];
    }[];
  }[];
}

/** A receiver on loopback that keeps each request, and answers with the given status, or never. */
class Receiver {
  readonly requests: { path: string; headers: IncomingHttpHeaders; body: Pushed }[] = [];
  answer: number | 'never' = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        this.requests.push({
          path: request.url!,
          headers: request.headers,
          body: JSON.parse(body) as Pushed,
        });
        if (this.answer !== 'never')
          response.writeHead(this.answer, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** The receiver that these settings name. */
function receiverAt(endpoint: string, headers?: string) {
  const settings = readSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers,
  });
  return otlpReceiver(settings.OTEL_EXPORTER_OTLP_ENDPOINT!, settings.OTEL_EXPORTER_OTLP_HEADERS);
}

const labels = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

test.describe('the OTLP push', () => {
  test('sends metrics with OpenTelemetry names and the configured headers', async () => {
    await using receiver = await Receiver.start();
    const run = new FedRun();
    run.second([
      { latencyMs: 4, count: 20 },
      { latencyMs: 40, count: 30 },
      { outcome: 'http 503', count: 2 },
    ]);
    const push = await OtlpPush.start(
      run.live,
      receiverAt(`${receiver.endpoint}/collector/`, 'x-api-key=s3cret%2Ckey, tenant=load'),
    );
    await push.push();
    await push.end();
    expect(receiver.requests.length).toBe(2);
    const [{ path, headers, body }] = receiver.requests as [Receiver['requests'][number]];
    expect(path).toBe('/collector/v1/metrics');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-api-key': 's3cret,key',
      tenant: 'load',
    });
    const { resource, scopeMetrics } = body.resourceMetrics[0]!;
    expect(labels(resource.attributes)).toMatchObject({
      'service.name': 'fullhouse',
      'service.instance.id': run.live.facts.id,
    });
    const { metrics } = scopeMetrics[0]!;
    const named = (name: string) => metrics.find((metric) => metric.name === name)!;
    const requests = named('fullhouse.requests').sum!;
    expect(requests).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
    expect(requests.dataPoints.map(({ attributes, asDouble }) => [labels(attributes), asDouble])).toEqual([
      [{ crowd: 'crowd', operation: 'meeting.get', outcome: 'ok' }, 100],
      [{ crowd: 'crowd', operation: 'meeting.get', outcome: 'http 503' }, 4],
    ]);
    const durations = named('fullhouse.request.duration');
    expect(durations.unit).toBe('s');
    const [point] = durations.histogram!.dataPoints;
    expect(Number(point!.count)).toBe(100);
    const counts = point!.bucketCounts!.map(Number);
    expect(counts).toHaveLength(point!.explicitBounds!.length + 1);
    expect(counts[point!.explicitBounds!.indexOf(0.005)]).toBe(40);
    expect(counts[point!.explicitBounds!.indexOf(0.05)]).toBe(60);
    expect(counts.reduce((sum, count) => sum + count)).toBe(100);
    const p95 = named('fullhouse.latency').gauge!.dataPoints.find(
      ({ attributes }) =>
        labels(attributes).quantile === '0.95' && labels(attributes).operation === 'all actions',
    );
    expect(p95!.asDouble).toBeCloseTo(0.04, 3);
  });

  test('logs one notice for a receiver that refuses metrics or is unreachable', async () => {
    await using receiver = await Receiver.start();
    receiver.answer = 400;
    const run = new FedRun();
    const notices: string[] = [];
    run.live.on('notice', (text) => notices.push(text));
    const target = receiverAt(
      `http://user:hunter2-hunter2@${new URL(receiver.endpoint).host}/secret-path-of-mine`,
    );
    const push = await OtlpPush.start(run.live, target);
    await push.push();
    await push.push();
    expect(receiver.requests.length).toBe(2);
    expect(receiver.requests[0]!.headers.authorization).toMatch(/^Basic /);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`The OTLP receiver at ${target.host} does not accept the metrics`);
    expect(notices[0]).not.toMatch(/hunter2|secret-path/);
    receiver.answer = 200;
    await push.push();
    expect(notices.at(-1)).toContain('accepts metrics again');
    await push.end();

    const gone = await OtlpPush.start(run.live, receiverAt('http://127.0.0.1:1'));
    await gone.push();
    expect(notices.at(-1)).toContain('The OTLP receiver at 127.0.0.1:1 does not accept the metrics');
    // A receiver that never answered gets no last push.
    await gone.end();
    expect(notices).toHaveLength(3);
  });

  test('keeps one push open to an unresponsive receiver and does not delay the end of the run', async () => {
    await using receiver = await Receiver.start();
    receiver.answer = 'never';
    const push = await OtlpPush.start(new FedRun().live, receiverAt(receiver.endpoint));
    const first = push.push();
    await expect.poll(() => receiver.requests.length).toBe(1);
    expect(push.push()).toBe(first);
    await push.end();
    expect(receiver.requests.length).toBe(1);
  });
});
