import { clock } from '../kernel/figures.ts';
import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/** The marks of an outage: the lost part is gone from `down` on, returns from `giving back` on, and is back at `up`. */
export const DOWN = 'down';
export const GIVING_BACK = 'giving back';
export const UP = 'up';
/** The mark with the report of the health check. */
export const HEALTH = 'health';

/** One answer of the health check: `ok`, a status with a word, or `no answer (…)`. */
export interface HealthSeen {
  readonly status: string;
  readonly tookMs: number;
}

/** While a needed part is gone, the health check does not report ok, after a grace period for cached results. */
export const healthIsTrue = defineCheck(
  'the health check is correct',
  (entries, { graceMs }: { graceMs: number }) => {
    const from = markedAt(entries, DOWN) ?? Number.POSITIVE_INFINITY;
    const to = markedAt(entries, GIVING_BACK) ?? Number.POSITIVE_INFINITY;
    const answers = healthIn(entries).filter(({ at, tookMs }) => at - tookMs >= from + graceMs && at <= to);
    const evidence = answers
      .filter(({ status }) => status === 'ok')
      .map(
        ({ at }): Piece => ({
          kind: 'answers of the health check were ok',
          subject: `${seconds(at - from)} after the outage began`,
          message: `the health check reported ok ${seconds(at - from)} after the outage began`,
        }),
      );
    return finding(
      {
        count: answers.length,
        many: 'answers of the health check during the outage',
        one: 'answer of the health check during the outage',
        onceEach: true,
      },
      evidence,
    );
  },
);

/** Socket.IO's reason when the client itself closed the connection. */
const LEFT = 'io client disconnect';

/** The effects of an outage on participants. */
export interface OutageEffects {
  /** Participants who lost their connection. */
  readonly lost: number;
  readonly reconnected: number;
  /** From the end of the outage to the last reconnect, in ms; null without a reconnect. */
  readonly lastAfterMs: number | null;
}

export function outageEffects(entries: readonly Entry[]): OutageEffects {
  // Connections break before the part is completely gone.
  const begin = entries.find((entry) => entry.type === 'mark' && entry.name === TAKING_AWAY);
  const lost = new Map<string, number | null>();
  for (const entry of begin ? entries.slice(begin.n) : []) {
    // A participant that leaves closes the connection itself.
    if (entry.type !== 'socket' || entry.reason === LEFT) continue;
    if (entry.change === 'disconnected') lost.set(entry.who, null);
    if (entry.change === 'connected' && lost.has(entry.who)) lost.set(entry.who, entry.at);
  }
  const back = [...lost.values()].flatMap((at) => at ?? []);
  const upAt = markedAt(entries, UP);
  return {
    lost: lost.size,
    reconnected: back.length,
    lastAfterMs: back.length === 0 || upAt === undefined ? null : Math.max(0, Math.max(...back) - upAt),
  };
}

/** The mark before anything is taken away. */
export const TAKING_AWAY = 'taking away';

/**
 * The whole outage in one line: `no answer from 0:17 to 0:24; 20 participants lost their connection, 20 reconnected (last
 * after 6.1 s); 0 rows left behind`. Times count from the beginning of the experiment; `rowsLeft` is undefined where the
 * service returns no roster.
 */
export function outageLine(entries: readonly Entry[], rowsLeft: number | undefined): string {
  const { lost, reconnected, lastAfterMs } = outageEffects(entries);
  const last = lastAfterMs === null ? '' : ` (last after ${seconds(lastAfterMs)})`;
  const people = lost === 1 ? '1 participant' : `${lost} participants`;
  const connections =
    lost === 0
      ? 'no participant lost the connection'
      : `${people} lost their connection, ${reconnected} reconnected${last}`;
  const rows = rowsLeft === undefined ? [] : [`${rowsLeft} ${rowsLeft === 1 ? 'row' : 'rows'} left behind`];
  return [...healthPeriods(entries), connections, ...rows].join('; ');
}

/** The reports of the health check other than ok, with start and end. */
export function healthPeriods(entries: readonly Entry[]): string[] {
  const answers = healthIn(entries);
  const periods: { status: string; from: number; to: number | null }[] = [];
  for (const { status, at } of answers) {
    const open = periods.at(-1);
    // The reason of a missing answer depends on the state of the connection: it is left out.
    const what = status.startsWith('no answer') ? 'no answer' : status;
    if (open?.to === null && open.status !== what) open.to = at;
    if (what !== 'ok' && (open === undefined || open.to !== null))
      periods.push({ status: what, from: at, to: null });
  }
  if (answers.length > 0 && periods.length === 0) return ['the health check was ok all the time'];
  return periods.map(({ status, from, to }) => {
    const when = `from ${clock(from / 1000)} ${to === null ? 'until the end' : `to ${clock(to / 1000)}`}`;
    return status === 'no answer' ? `no answer ${when}` : `the health check reported "${status}" ${when}`;
  });
}

/** The answers of the health check; `at`: ms of the ledger, when the answer was complete. */
function healthIn(entries: readonly Entry[]): (HealthSeen & { readonly at: number })[] {
  return entries.flatMap((entry) =>
    entry.type === 'mark' && entry.name === HEALTH ? [{ ...(entry.value as HealthSeen), at: entry.at }] : [],
  );
}

function markedAt(entries: readonly Entry[], name: string): number | undefined {
  return entries.find((entry) => entry.type === 'mark' && entry.name === name)?.at;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
