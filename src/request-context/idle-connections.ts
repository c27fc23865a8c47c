/** The idle connections of one process, or of several processes. Times are in ms. */
export interface IdleTimes {
  /** Calls that found their connection broken after a pause, also calls that were sent again. */
  readonly broken: number;
  /** The shortest pause after which a connection was broken; null without one. */
  readonly shortestBrokenMs: number | null;
  /** The longest pause after which a connection still carried a call. */
  readonly longestKeptMs: number;
  /** From the first to the last broken connection: one crash breaks many at once. */
  readonly spreadMs: number;
  /** The timeout that the service announces in its `Keep-Alive` header, in seconds; null without a timeout. */
  readonly announcedS: number | null;
  /** Calls that were sent again on a new connection, because their connection ended before the first byte of an answer. */
  readonly resent?: number;
}

/** A connection with a shorter pause is not idle: it broke for another reason. */
const SHORTEST_PAUSE_MS = 500;
/** One incident may explain fewer calls, or calls within a shorter time. */
const FEWEST_BROKEN = 3;
const SHORTEST_SPREAD_MS = 5000;

/** The timeout of a `Keep-Alive` header (`timeout=5`), in seconds; null without a header or a timeout. */
export function keepAliveSeconds(header = ''): number | null {
  const seconds = /timeout=(\d+)/i.exec(header)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Records the pauses of all connections of a process. On the measured path, it compares two numbers per call. */
export class IdleConnections {
  #broken = 0;
  #shortestBrokenMs: number | null = null;
  #longestKeptMs = 0;
  #firstBrokenAt = 0;
  #lastBrokenAt = 0;
  #announcedS: number | null = null;
  #resent = 0;

  /** Records a call that was answered on a connection after an idle time. */
  kept(idleMs: number): void {
    if (idleMs > this.#longestKeptMs) this.#longestKeptMs = idleMs;
  }

  /** Records a call without an answer, because its connection broke. */
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

  /** Records the value of a `Keep-Alive` header. */
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

/** The idle connections of this process. */
export const idleConnections = new IdleConnections();

/** Merges the records of several processes for one service. */
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
    // Reports of earlier versions do not have this number.
    resent: each.reduce((sum, { resent = 0 }) => sum + resent, 0),
  };
}

/**
 * `The service closes idle connections after 5 s: …`, or undefined without a proof. The proof: connections with such a pause
 * were broken several times, and no connection survived a longer pause.
 */
export function idleConnectionsNote(times: IdleTimes | undefined): string | undefined {
  if (!times || times.shortestBrokenMs === null) return undefined;
  const { broken, shortestBrokenMs, longestKeptMs, spreadMs, announcedS } = times;
  if (broken < FEWEST_BROKEN || spreadMs < SHORTEST_SPREAD_MS || shortestBrokenMs <= longestKeptMs)
    return undefined;
  const calls = `${broken} calls found their connection closed after a pause of ${seconds(shortestBrokenMs)} or more`;
  const kept =
    longestKeptMs < SHORTEST_PAUSE_MS
      ? ''
      : `; connections survived pauses of up to ${seconds(longestKeptMs)}`;
  return `The service closes idle connections after ${limit(times)}: ${calls}${kept}.${
    announcedS === null ? ' The service does not announce this time (Keep-Alive header).' : ''
  }`;
}

/** A sentence about calls that were sent again; undefined without such calls. */
export function resentNote(times: IdleTimes | undefined): string | undefined {
  const resent = times?.resent ?? 0;
  if (resent === 0) return undefined;
  const calls = resent === 1 ? '1 call was' : `${resent} calls were`;
  return `${calls} sent again on a new connection, because the service ended a connection in use before the first byte of the answer. Browsers do the same. Each latency counts from the first attempt.`;
}

/** The limit lies between the longest survived pause and the shortest broken pause: a whole second if one lies there. */
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
