import { openRequestContext } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Offers } from './offers.ts';
import { processStart, type RouteMetrics, readDurations } from './request-durations.ts';
import { isSameProcess } from './service-processes.ts';

/** Behind a load balancer with two processes, one process answers all of these readings in 1 of 8 cases. */
const METRICS_READINGS = 4;

/** Reads the parts that need no participant: the web page, and the service's own metrics. */
export async function publishedBy(
  url: string,
  metrics: RouteMetrics & { readonly path: string },
  timeoutMs: number,
): Promise<Pick<Offers, 'page' | 'metrics'>> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs });
  try {
    const page = await pageAt(context);
    const texts: string[] = [];
    for (let reading = 0; reading < METRICS_READINGS; reading++) {
      const response = await context.get(metrics.path).catch(() => undefined);
      if (response?.ok()) texts.push(await response.text());
    }
    return { page, metrics: metricsIn(texts, metrics) };
  } catch {
    return {}; // the walk of the two users reports why the service does not answer
  } finally {
    await context.dispose();
  }
}

async function pageAt(context: RequestContext): Promise<boolean> {
  const response = await context.get('/');
  return response.ok() && /^text\/html/.test(response.headers()['content-type'] ?? '');
}

function metricsIn(texts: readonly string[], metrics: RouteMetrics): Offers['metrics'] {
  if (texts.length === 0) return null;
  const bounds = [...readDurations(texts[0]!, metrics).values()]
    .flatMap(({ buckets }) => [...buckets.keys()])
    .filter(Number.isFinite);
  const starts: (number | null)[] = [];
  for (const start of texts.map(processStart))
    if (!starts.some((known) => isSameProcess(known, start))) starts.push(start);
  return { firstBucketMs: bounds.length === 0 ? null : Math.min(...bounds) * 1000, processes: starts.length };
}
