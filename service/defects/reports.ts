import { everyNth, type Parts } from './parts.ts';

export function alwaysHealthy({ app }: Parts): undefined {
  app.addHook('preSerialization', async ({ routeOptions }, reply, payload) => {
    if (routeOptions.url !== '/health') return payload;
    reply.code(200);
    return { ...(payload as object), status: 'ok' };
  });
}

/** The samples that differ between two instances: the counts and the start time. */
const OF_AN_INSTANCE =
  /^(http_request_duration_seconds_\w+\{.*\}|process_cpu_\w*seconds_total|process_start_time_seconds) (\S+)$/gm;

/** The other instance started this much earlier. */
const STARTED_EARLIER_S = 600;

/**
 * Behaves like two replicas behind a load balancer: this instance has served two thirds of the calls and the other a
 * third. Every second GET /metrics reaches the other instance.
 */
export function measureAsTwo({ app }: Parts): undefined {
  const isForOther = everyNth(2);
  app.addHook('onSend', async ({ routeOptions }, _reply, payload) => {
    if (routeOptions.url !== '/metrics' || typeof payload !== 'string') return payload;
    const sample = isForOther() ? ofOther : ofThis;
    return payload.replace(OF_AN_INSTANCE, (_line, name: string, value: string) => {
      return `${name} ${sample(name, Number(value))}`;
    });
  });
}

function ofOther(name: string, value: number): number {
  if (name === 'process_start_time_seconds') return value - STARTED_EARLIER_S;
  return Number.isInteger(value) ? Math.floor(value / 3) : value / 3;
}

function ofThis(name: string, value: number): number {
  return name === 'process_start_time_seconds' ? value : value - ofOther(name, value);
}
