/** What one process, or several processes, observed of idle connections. Times in ms. */
export interface IdleTimes {
  /** Calls that found their connection broken after a pause, also those that were sent again. */
  readonly broken: number;
  /** The shortest pause after which a connection was broken; null without one. */
  readonly shortestBrokenMs: number | null;
  /** The longest pause after which a connection still carried a call. */
  readonly longestKeptMs: number;
  /** From the first to the last broken connection: one crash breaks many at once. */
  readonly spreadMs: number;
  /** What the service announces with `Keep-Alive: timeout=5`, in seconds; null if it announces nothing. */
  readonly announcedS: number | null;
  /** Calls that were sent again on a new connection, because theirs ended before the first byte of an answer. */
  readonly resent?: number;
}

/** A connection that pauses for less is not idle: then it broke for another reason. */
const SHORTEST_PAUSE_MS = 500;
/** Fewer calls, or calls within a shorter time, may have met one incident. */
const FEWEST_BROKEN = 3;
const SHORTEST_SPREAD_MS = 5000;

/** What a service announces with `Keep-Alive: timeout=5`, in seconds; null if the header is missing or has no timeout. */
export function keepAliveSeconds(header = ''): number | null {
  const seconds = /timeout=(\d+)/i.exec(header)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Watches the pauses of all connections of a process. On the measured path it compares two numbers per call. */
export class IdleConnections {
  #broken = 0;
  #shortestBrokenMs: number | null = null;
  #longestKeptMs = 0;
  #firstBrokenAt = 0;
  #lastBrokenAt = 0;
  #announcedS: number | null = null;
  #resent = 0;

  /** A call was answered on a connection that had been idle for so long. */
  kept(idleMs: number): void {
    if (idleMs > this.#longestKeptMs) this.#longestKeptMs = idleMs;
  }

  /** A call had no answer, because its connection broke. */
  broke(idleMs: number, now: number): void {
    if (idleMs < SHORTEST_PAUSE_MS) return;
    if (this.#broken === 0) this.#firstBrokenAt = now;
    this.#lastBrokenAt = now;
    this.#broken += 1;
    this.#shortestBrokenMs = Math.min(idleMs, this.#shortestBrokenMs ?? idleMs);
  }

  /** The same, for a call that is sent again on a new connection. */
  resent(idleMs: number, now: number): void {
    this.#resent += 1;
    this.broke(idleMs, now);
  }

  /** The value of a `Keep-Alive` header. */
  announced(value: string): void {
    this.#announcedS = keepAliveSeconds(value) ?? this.#announcedS;
  }

  get times(): IdleTimes {
    return {
      broken: this.#broken,
      shortestBrokenMs: this.#shortestBrokenMs,
      longestKeptMs: this.#longestKeptMs,
      spreadMs: this.#lastBrokenAt - this.#firstBrokenAt,
      announcedS: this.#announcedS,
      resent: this.#resent,
    };
  }
}

/** Those of this process. */
export const idleConnections = new IdleConnections();

/** What several processes observed of one service. */
export function allIdleTimes(each: readonly IdleTimes[]): IdleTimes | undefined {
  if (each.length === 0) return undefined;
  const shortest = each.flatMap(({ shortestBrokenMs }) => shortestBrokenMs ?? []);
  const announced = each.flatMap(({ announcedS }) => announcedS ?? []);
  return {
    broken: each.reduce((sum, { broken }) => sum + broken, 0),
    shortestBrokenMs: shortest.length === 0 ? null : Math.min(...shortest),
    longestKeptMs: Math.max(...each.map(({ longestKeptMs }) => longestKeptMs)),
    spreadMs: Math.max(...each.map(({ spreadMs }) => spreadMs)),
    announcedS: announced.length === 0 ? null : Math.min(...announced),
    // Reports of earlier versions do not have it.
    resent: each.reduce((sum, { resent = 0 }) => sum + resent, 0),
  };
}

/**
 * `The service closes idle connections after 5 s: …`, or undefined if that is not proven. The proof: each connection with
 * such a pause was broken, none survived a longer pause, and it happened several times.
 */
export function idleConnectionsNote(times: IdleTimes | undefined): string | undefined {
  if (!times || times.shortestBrokenMs === null) return undefined;
  const { broken, shortestBrokenMs, longestKeptMs, spreadMs, announcedS } = times;
  if (broken < FEWEST_BROKEN || spreadMs < SHORTEST_SPREAD_MS || shortestBrokenMs <= longestKeptMs)
    return undefined;
  const calls = `${broken} calls found their connection closed after a pause of ${seconds(shortestBrokenMs)} or more`;
  const kept =
    longestKeptMs < SHORTEST_PAUSE_MS ? '' : `; pauses up to ${seconds(longestKeptMs)} did no harm`;
  return `The service closes idle connections after ${limit(times)}: ${calls}${kept}.${
    announcedS === null ? ' It does not announce it (Keep-Alive header).' : ''
  }`;
}

/** Undefined where no call was sent again. */
export function resentNote(times: IdleTimes | undefined): string | undefined {
  const resent = times?.resent ?? 0;
  if (resent === 0) return undefined;
  const calls = resent === 1 ? '1 call was' : `${resent} calls were`;
  return `${calls} sent again on a new connection, because the service ended a connection in use before the first byte of the answer. Browsers do the same. Each latency counts from the first time.`;
}

/** It lies between the longest pause that did no harm and the shortest that did: a whole second if one lies there. */
function limit({ shortestBrokenMs, longestKeptMs, announcedS }: IdleTimes): string {
  const isPossible = (candidateS: number) =>
    candidateS * 1000 > longestKeptMs && candidateS * 1000 <= shortestBrokenMs!;
  if (announcedS !== null && isPossible(announcedS)) return `${announcedS} s`;
  const whole = Math.floor(shortestBrokenMs! / 1000);
  return whole > 0 && isPossible(whole) ? `${whole} s` : seconds(shortestBrokenMs!);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
