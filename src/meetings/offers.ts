import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { causeOfError } from '../request-context/failure.ts';
import { keepAliveSeconds } from '../request-context/idle-connections.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import { type HandField, handFieldOf, MEETINGS, type Participant } from './contract.ts';
import { type Identity, identity } from './identity.ts';
import { leaveMeeting } from './leave-meeting.ts';
import { httpOperations } from './operations.ts';
import { processStart, readDurations } from './request-durations.ts';
import { RoomConnection } from './room-connection.ts';
import { isSameProcess } from './service-processes.ts';

/**
 * What a service offers beside the calls themselves. Undefined: not known, because the walk did not get so far;
 * null or false: the service was asked, and does not offer it.
 */
export interface Offers {
  /** The answer that contains the participants of a meeting. */
  readonly roster?: 'meeting.get' | 'meeting.reconnect' | 'meeting.join' | null;
  /** The field that says whether a hand is up. */
  readonly hand?: HandField | null;
  /** Whether `/` is a web page. */
  readonly page?: boolean;
  /** Whether a participant can connect by Socket.IO; else how the attempt ended. */
  readonly sockets?: true | string;
  /** Whether the others in a room hear of a raised hand. */
  readonly events?: boolean;
  readonly metrics?: { readonly firstBucketMs: number | null; readonly processes: number } | null;
  /** Whether a token with a wrong signature is refused. */
  readonly verifiesTokens?: { readonly http?: boolean; readonly sockets?: boolean };
  readonly rateLimitHeaders?: boolean;
  /** After how many seconds the service closes an idle connection, as it announces it; null where it announces nothing. */
  readonly keepAliveS?: number | null;
  /** Why the walk ended early; what comes after it is not known. */
  readonly ended?: string;
}

export interface Asked {
  readonly url: string;
  readonly socketUrl: string;
  readonly runId: string;
  readonly secret: string;
}

const TIMEOUT_MS = 3000;
/** An event of a service that answers in this time arrives in it as well. */
const EVENT_WITHIN_MS = 1500;
/** Behind a load balancer with two processes, one answers all of these in 1 of 8 cases. */
const METRICS_READINGS = 4;

type Draft = { -readonly [Key in keyof Offers]: Offers[Key] };

/**
 * Walks two users through the service, once, before a run: the one hosts a meeting, the other one joins it. What they
 * made is left again. A UserError when no participant could take part: the service refuses the tokens, or has no meetings.
 */
export async function detectOffers(asked: Asked): Promise<Offers> {
  const offers: Draft = { ...(await besides(asked.url)) };
  const [host, guest] = ['offers-1', 'offers-2'].map((name) =>
    identity(`${asked.runId}-${name}`, asked.secret),
  );
  const contexts = await Promise.all([host!, guest!].map((who) => contextOf(asked.url, who.token)));
  const [hosting, joining] = contexts as [RequestContext, RequestContext];
  let meetingId: string | undefined;
  let room: Room | undefined;
  try {
    const listed = await call(hosting, 'GET', `${MEETINGS}?limit=1`);
    refuseUnlessAccepted(asked.url, listed);
    offers.rateLimitHeaders = listed.headers['x-ratelimit-limit'] !== undefined;
    offers.keepAliveS = keepAliveSeconds(listed.headers['keep-alive']);
    offers.verifiesTokens = { http: await refusesForged(asked) };
    room = await connectHost(offers, asked, host!);
    const created = await call(hosting, 'POST', MEETINGS, {
      title: `fullhouse looks what the service offers (${asked.runId})`.slice(0, 100),
      maxParticipants: 10,
    });
    meetingId = created.data?.id as string | undefined;
    if (typeof meetingId !== 'string') return { ...offers, ended: `meeting.create: ${created.says}` };
    await walk(offers, { joining, room, guest: guest!, meetingId });
    return offers;
  } catch (error) {
    if (error instanceof UserError) throw error;
    return { ...offers, ended: withoutSecrets(causeOfError(error)) };
  } finally {
    await room?.close();
    if (meetingId !== undefined)
      for (const context of [joining, hosting]) await leaveMeeting(context, meetingId);
    await Promise.all(contexts.map((context) => context.dispose()));
  }
}

interface Walk {
  readonly joining: RequestContext;
  /** The host's; undefined when the host could not connect. */
  readonly room: Room | undefined;
  readonly guest: Identity;
  readonly meetingId: string;
}

async function walk(offers: Draft, { joining, room, guest, meetingId }: Walk): Promise<void> {
  const joined = await call(joining, 'POST', httpOperations['meeting.join'].address(meetingId), {});
  if (!joined.ok) {
    offers.ended = `meeting.join: ${joined.says}`;
    return;
  }
  const entered = await room?.enter(meetingId);
  const raised = await call(joining, 'POST', httpOperations['hand.raise'].address(meetingId), {});
  const [got, resumed] = [
    await call(joining, 'GET', httpOperations['meeting.get'].address(meetingId)),
    await call(joining, 'POST', httpOperations['meeting.reconnect'].address(meetingId), {}),
  ];
  const rosters = {
    'meeting.get': got.data?.participants,
    'meeting.reconnect': resumed.data?.participants,
    'meeting.join': (joined.data?.meeting as { participants?: unknown } | undefined)?.participants,
  } as const;
  const sources = Object.keys(rosters) as (keyof typeof rosters)[];
  const source = sources.find((one) => Array.isArray(rosters[one]));
  offers.roster = source ?? null;
  const roster = (source ? rosters[source] : undefined) as readonly Participant[] | undefined;
  const own =
    roster?.find(({ userId }) => userId === guest.userId) ?? (resumed.data?.participant as Participant);
  // Only a hand that is up shows its field for certain: a field that is false may be left out.
  if (raised.ok && own) offers.hand = handFieldOf(own) ?? null;
  if (raised.ok && entered === 'ok') offers.events = await room!.hears(EVENT_WITHIN_MS);
}

interface Room {
  enter(meetingId: string): Promise<Outcome>;
  /** Whether anything was heard within this many ms. */
  hears(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Connects the host, and a stranger whose token has a wrong signature. Undefined when the host could not connect. */
async function connectHost(offers: Draft, asked: Asked, host: Identity): Promise<Room | undefined> {
  const { url, socketUrl, secret } = asked;
  const sockets = { url: socketUrl, timeoutMs: TIMEOUT_MS, clock: systemClock, onDrop: () => undefined };
  let arrived = false;
  const onEvent = () => {
    arrived = true;
  };
  const room = new RoomConnection({ ...sockets, token: host.token, onEvent });
  const forged = identity(host.userId, otherThan(secret));
  const stranger = new RoomConnection({ ...sockets, token: forged.token, onEvent: () => undefined });
  const [outcome, forgedOutcome] = await Promise.all([room.connect(), stranger.connect()]);
  await stranger.close();
  if (outcome !== 'ok') await room.close();
  if (outcome === 'denied') throw wrongSecret(url, 'the socket refused the token');
  offers.sockets = outcome === 'ok' ? true : outcome;
  if (outcome !== 'ok') return undefined;
  offers.verifiesTokens = { ...offers.verifiesTokens, sockets: forgedOutcome !== 'ok' };
  return {
    enter: (meetingId) => room.enter(meetingId),
    async hears(withinMs) {
      const until = performance.now() + withinMs;
      while (!arrived && performance.now() < until) await pause(20);
      return arrived;
    },
    close: () => room.close(),
  };
}

function wrongSecret(url: string, what: string): UserError {
  const remedy = 'Set JWT_SECRET to the secret with which the service verifies tokens.';
  return new UserError(`JWT_SECRET does not match the service at ${url}: ${what}. ${remedy}`);
}

const otherThan = (secret: string) => `${secret}, but another one`;

/** What needs no participant: the page, and the service's own metrics. */
async function besides(url: string): Promise<Pick<Offers, 'page' | 'metrics'>> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: TIMEOUT_MS });
  try {
    const page = await call(context, 'GET', '/');
    const texts: string[] = [];
    for (let reading = 0; reading < METRICS_READINGS; reading++) {
      const response = await context.get('/metrics').catch(() => undefined);
      if (response?.ok()) texts.push(await response.text());
    }
    return {
      page: page.ok && /^text\/html/.test(page.headers['content-type'] ?? ''),
      metrics: metricsIn(texts),
    };
  } catch {
    return {};
  } finally {
    await context.dispose();
  }
}

function metricsIn(texts: readonly string[]): Offers['metrics'] {
  if (texts.length === 0) return null;
  const bounds = [...readDurations(texts[0]!).values()]
    .flatMap(({ buckets }) => [...buckets.keys()])
    .filter(Number.isFinite);
  const starts: (number | null)[] = [];
  for (const start of texts.map(processStart))
    if (!starts.some((known) => isSameProcess(known, start))) starts.push(start);
  return { firstBucketMs: bounds.length === 0 ? null : Math.min(...bounds) * 1000, processes: starts.length };
}

async function refusesForged({ url, runId, secret }: Asked): Promise<boolean | undefined> {
  const context = await contextOf(url, identity(`${runId}-offers-3`, otherThan(secret)).token);
  try {
    const { ok, status } = await call(context, 'GET', `${MEETINGS}?limit=1`);
    if (ok) return false;
    // Another refusal, such as a 429 or a 502, says nothing about the token.
    return status === 401 || status === 403 ? true : undefined;
  } finally {
    await context.dispose();
  }
}

function refuseUnlessAccepted(url: string, { status }: Called): void {
  if (status === 401) throw wrongSecret(url, 'HTTP refused the token (401)');
  if (status === 404)
    throw new UserError(`The service at ${url} has no ${MEETINGS} (404): is it a meetings service?`);
}

type Called = Awaited<ReturnType<typeof call>>;

async function call(context: RequestContext, method: string, path: string, body?: object) {
  const response = await context.fetch(path, { method, ...(body ? { data: body } : {}) });
  const text = await response.text();
  const answer = jsonOf(text);
  return {
    ok: response.ok(),
    status: response.status(),
    headers: response.headers(),
    data: answer?.data,
    says: `${response.status()} ${isPage(text) ? '' : withoutSecrets(text).replace(/\s+/g, ' ').slice(0, 80)}`.trim(),
  };
}

/** The page of a proxy says no more than its status. */
function isPage(text: string): boolean {
  return text.trimStart().startsWith('<');
}

function jsonOf(text: string): { data?: Readonly<Record<string, unknown>> } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // a page, or the plain text of a refusal
  }
}

function contextOf(url: string, token: string): Promise<RequestContext> {
  return openRequestContext('wire', {
    baseURL: url,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
    timeoutMs: TIMEOUT_MS,
  });
}

/** One line for each thing that a reader has to know before the figures. */
export function describeOffers(offers: Offers): string[] {
  const {
    roster,
    hand,
    page,
    sockets,
    events,
    metrics,
    verifiesTokens,
    rateLimitHeaders,
    keepAliveS,
    ended,
  } = offers;
  const lines: (string | undefined)[] = [
    known(roster, (source) => (source === null ? 'no roster' : `the roster in ${source}`)),
    known(hand, (field) => (field === null ? 'no field for raised hands' : `raised hands as ${field}`)),
    known(sockets, (how) => (how === true ? undefined : `no Socket.IO connection (${how})`)),
    known(events, (arrive) =>
      arrive ? 'room events' : `no room event within ${EVENT_WITHIN_MS / 1000} s of a raised hand`,
    ),
    known(page, (is) => (is ? 'a web page' : 'no web page')),
    known(metrics, describeMetrics),
    known(rateLimitHeaders, (are) => (are ? 'rate-limit headers' : 'no rate-limit headers')),
    known(keepAliveS, (s) => (s === null ? undefined : `idle connections kept for ${s} s`)),
    verifiesTokens?.http === false ? 'HTTP accepts a forged token' : undefined,
    verifiesTokens?.sockets === false ? 'sockets accept a forged token' : undefined,
    ended === undefined ? undefined : `not looked at further (${ended})`,
  ];
  return lines.filter((line) => line !== undefined);
}

function known<Value>(
  value: Value | undefined,
  describe: (value: Value) => string | undefined,
): string | undefined {
  return value === undefined ? undefined : describe(value);
}

function describeMetrics(metrics: Exclude<Offers['metrics'], undefined>): string {
  if (metrics === null) return 'no /metrics';
  const { firstBucketMs, processes } = metrics;
  const from = firstBucketMs === null ? 'without durations' : `with durations from ${firstBucketMs} ms`;
  return processes > 1 ? `/metrics of ${processes} processes` : `/metrics ${from}`;
}
