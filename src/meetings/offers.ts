import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { shownCauseOfError } from '../request-context/failure.ts';
import { keepAliveSeconds } from '../request-context/idle-connections.ts';
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { type RosterSource, stepsInto } from './contract/contract.ts';
import { REFERENCE_SOURCE } from './contract/load.ts';
import type { Identity } from './identities/identity.ts';
import { meetingIn, meetingWithoutCreating, whyNotCreated } from './new-meeting.ts';
import { processStart, type RouteMetrics, readDurations } from './request-durations.ts';
import { reportedIn } from './roster.ts';
import { isSameProcess } from './service-processes.ts';
import { SideUser, type Tap } from './side-user.ts';

/**
 * What a service offers beside the calls themselves. Undefined: not known, because the walk did not get so far;
 * null or false: the service was asked, and does not offer it.
 */
export interface Offers {
  /** The answer that contains the participants of a meeting. */
  readonly roster?: RosterSource | null;
  /** Whether the roster says whose hands are up. */
  readonly hand?: boolean;
  /** Whether `meeting.get` answers only those who are in the meeting. */
  readonly isForMembers?: boolean;
  /** Whether who creates a meeting is a participant of it from then on. */
  readonly hostTakesPart?: boolean;
  /** Whether `/` is a web page. */
  readonly page?: boolean;
  /** Whether a participant can connect by Socket.IO; else why not. */
  readonly sockets?: true | string;
  /** What is wrong with the address of Socket.IO and what to do, where nothing there speaks Socket.IO. */
  readonly wrongSocketAddress?: string;
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
  readonly access: Access;
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
  const offers: Draft = { ...(await besides(asked)) };
  let arrived = false;
  const onEvent = () => {
    arrived = true;
  };
  const refused = new RefusedCalls();
  const [host, guest] = [
    await userOf(asked, 'offers-1', { onEvent, tap: refused }),
    await userOf(asked, 'offers-2'),
  ];
  let meetingId: string | undefined;
  try {
    await firstCall(offers, asked, host, refused);
    offers.verifiesTokens = { http: await refusesForged(asked) };
    await connect(offers, asked, host);
    const found = await meetingFor(asked, host);
    if (found.ended !== undefined) return { ...offers, ended: found.ended };
    meetingId = found.id;
    await walk(offers, asked, { host, guest, meetingId, heard: () => arrived });
    return withoutUnoffered(offers, asked);
  } catch (error) {
    if (error instanceof UserError) throw error;
    return { ...offers, ended: withoutSecrets(shownCauseOfError(error)) };
  } finally {
    for (const user of [guest, host]) {
      if (meetingId !== undefined) await user.leave(meetingId);
      await user.close();
    }
  }
}

interface UserOptions {
  readonly identity?: Identity;
  readonly tap?: Tap;
  onEvent?(): void;
}

/** Hears what the service says when it refuses a token: a recorded cause has no room for its sentence. */
class RefusedCalls implements Tap {
  said = '';

  called(...[, , , status, text]: Parameters<Tap['called']>): void {
    if (status === 401) this.said = wordsOf(text);
  }

  message(): void {
    // The connection reports a refusal over the socket.
  }
}

function userOf(asked: Asked, name: string, options: UserOptions = {}): Promise<SideUser> {
  const { url, socketUrl, access, runId } = asked;
  return SideUser.open({
    access,
    url,
    socketUrl,
    timeoutMs: TIMEOUT_MS,
    name: `${runId}-${name}`,
    ...options,
  });
}

/** What costs nothing and changes nothing says whether the tokens are right. */
async function firstCall(offers: Draft, asked: Asked, host: SideUser, refused: RefusedCalls): Promise<void> {
  if (!host.can('meeting.list')) return;
  const listed = await host.call('meeting.list', { input: { limit: 1 } });
  refuseUnlessAccepted(asked, listed, refused.said);
  const headers = (listed.values?.headers ?? {}) as Readonly<Record<string, string>>;
  offers.rateLimitHeaders = headers['x-ratelimit-limit'] !== undefined;
  offers.keepAliveS = keepAliveSeconds(headers['keep-alive']);
}

async function meetingFor(
  { access, runId }: Asked,
  host: SideUser,
): Promise<{ id: string; ended?: undefined } | { ended: string }> {
  const there = meetingWithoutCreating(access.contract, 0, `${runId}-offers`);
  if (there !== undefined) return { id: there };
  const title = `fullhouse looks what the service offers (${runId})`.slice(0, 100);
  const created = await host.call('meeting.create', { input: { title, capacity: 10 } });
  const id = meetingIn(access, created);
  if (id !== undefined) return { id };
  return { ended: `meeting.create: ${created.cause ?? whyNotCreated(created)}` };
}

interface Walk {
  readonly host: SideUser;
  readonly guest: SideUser;
  readonly meetingId: string;
  /** Whether the host has heard anything in the room. */
  heard(): boolean;
}

async function walk(
  offers: Draft,
  { access }: Asked,
  { host, guest, meetingId, heard }: Walk,
): Promise<void> {
  const { contract } = access;
  if (contract.meetings.kind === 'created') offers.hostTakesPart = await isInside(host, access, meetingId);
  // Who created the meeting may be in it; else the host goes in as the guest does.
  const entered =
    contract.socket && offers.sockets === true
      ? await host.listen(meetingId)
      : ((await into(host, access, meetingId)).at(-1)?.[1].outcome ?? 'ok');
  if (guest.can('meeting.get')) {
    const { outcome } = await guest.call('meeting.get', { meetingId });
    if (outcome === 'http 403' || outcome === 'http 404' || outcome === 'denied') offers.isForMembers = true;
  }
  const arrivals = await into(guest, access, meetingId);
  const refused = arrivals.find(([, { outcome }]) => outcome !== 'ok');
  if (refused) {
    offers.ended = `${refused[0]}: ${refused[1].cause ?? refused[1].outcome}`;
    return;
  }
  const told = new Map<string, Answer>(arrivals);
  const before = heard();
  const raised = guest.can('hand.raise') ? await guest.call('hand.raise', { meetingId }) : undefined;
  for (const name of ['meeting.get', 'meeting.reconnect'])
    if (guest.can(name)) told.set(name, await guest.call(name, { meetingId }));
  const rosters = contract.rosterSources.map((source) => {
    const answer = told.get(source);
    return [source, answer && reportedIn(contract, source, answer)?.participants] as const;
  });
  const [source, roster] = rosters.find(([, participants]) => participants !== undefined) ?? [];
  offers.roster = source ?? null;
  const own = roster?.find(({ userId }) => userId === guest.userId);
  // Only a hand that is up shows its field for certain: a field that is false may be left out.
  if (raised?.outcome === 'ok' && own) offers.hand = own.handRaised !== undefined;
  else if (raised?.outcome === 'ok' && source === undefined) offers.hand = false;
  if (entered !== 'ok' || contract.causedEvents.size === 0) return;
  const expected = raised?.outcome === 'ok' ? contract.operations.get('hand.raise')?.causes : undefined;
  if (expected !== undefined || before) offers.events = await within(EVENT_WITHIN_MS, heard);
}

/** Whether the host is in the meeting without having joined it; as the contract of the reference has it, where nothing tells. */
async function isInside(host: SideUser, { contract }: Access, meetingId: string): Promise<boolean> {
  for (const source of ['meeting.get', 'meeting.reconnect'] as const) {
    if (!contract.operations.get(source)?.reads.roster) continue;
    const answer = await host.call(source, { meetingId });
    const participants = reportedIn(contract, source, answer)?.participants;
    if (participants) return participants.some(({ userId }) => userId === host.userId);
  }
  return contract.operations.get('meeting.join')?.over === 'http';
}

/** The steps of a user into the meeting, each with its answer, until one fails. */
async function into(user: SideUser, { contract }: Access, meetingId: string): Promise<[string, Answer][]> {
  const answers: [string, Answer][] = [];
  for (const step of stepsInto(contract)) {
    if (step === 'socket.connect') continue; // a message that needs the connection opens it
    if (step === 'room.enter' && contract.operations.has('meeting.join')) continue;
    const answer = await user.call(step, { meetingId });
    answers.push([step, answer]);
    if (answer.outcome !== 'ok') break;
  }
  return answers;
}

async function within(ms: number, isSo: () => boolean): Promise<boolean> {
  const until = performance.now() + ms;
  while (!isSo() && performance.now() < until) await pause(20);
  return isSo();
}

/** Connects the host, and a stranger whose token has a wrong signature. */
async function connect(offers: Draft, asked: Asked, host: SideUser): Promise<void> {
  if (!asked.access.contract.socket) return;
  const [outcome, forged] = await Promise.all([host.connect(), forgedConnects(asked)]);
  const failure = wordsOf(host.connectFailure ?? outcome);
  if (outcome === 'denied' && ABOUT_TOKENS.test(failure))
    throw wrongSecret(asked, `the socket refused the token, it says "${failure}"`);
  offers.sockets = outcome === 'ok' ? true : failure;
  if (NO_SOCKETS_THERE.test(outcome)) offers.wrongSocketAddress = wrongSocketAddress(asked, failure);
  if (outcome === 'ok' && forged !== undefined)
    offers.verifiesTokens = { ...offers.verifiesTokens, sockets: forged !== 'ok' };
}

/** How the connection of a user with a wrong token ended; undefined where there is no such token. */
async function forgedConnects(asked: Asked): Promise<string | undefined> {
  const identity = await asked.access.identities.wrongIdentity('forged', `${asked.runId}-offers-1`);
  if (!identity) return undefined;
  const stranger = await userOf(asked, 'offers-3', { identity });
  const outcome = await stranger.connect();
  await stranger.close();
  return outcome;
}

async function refusesForged(asked: Asked): Promise<boolean | undefined> {
  const identity = await asked.access.identities.wrongIdentity('forged', `${asked.runId}-offers-3`);
  if (!identity || !asked.access.contract.operations.has('meeting.list')) return undefined;
  const stranger = await userOf(asked, 'offers-3', { identity });
  const { outcome } = await stranger.call('meeting.list', { input: { limit: 1 } });
  await stranger.close();
  if (outcome === 'ok') return false;
  // Another refusal, such as a 429 or a 502, says nothing about the token.
  return outcome === 'http 401' || outcome === 'http 403' ? true : undefined;
}

/** What the words of a refusal have that is about who the user is, and not, for example, about a limit. */
const ABOUT_TOKENS =
  /auth|token|jwt|secret|signature|credential|session|log ?in|sign|forbidden|expired|user/i;

/** Outcomes of an address where nothing speaks Socket.IO; a `reset`, a 429 or a 5xx may be over in a moment. */
const NO_SOCKETS_THERE = /^(?:refused|timeout|invalid|http 40[0345]|http 426)$/;

function wrongSocketAddress({ url, socketUrl, access: { contract } }: Asked, why: string): string {
  const { source, socket } = contract;
  const path = socket?.path ?? '/socket.io';
  const place = `${socketUrl.replace(/\/+$/, '')}${path}`;
  const isOwn = new URL(socketUrl).origin !== new URL(url).origin;
  const address = isOwn ? 'Correct WEBSOCKET_URL' : 'Set WEBSOCKET_URL to the address of Socket.IO';
  const rest = source === REFERENCE_SOURCE ? '' : `, or \`socket\` in ${source}`;
  return `No participant can connect: no Socket.IO at ${place} (${why}). ${address}${rest}.`;
}

const LONGEST_WORDS = 160;

/** What a service says of a refusal, for a sentence: its message with its code, or its first line. */
function wordsOf(text: string): string {
  return withoutSecrets(saidIn(text)).replace(/\s+/g, ' ').trim().slice(0, LONGEST_WORDS);
}

function saidIn(text: string): string {
  try {
    const { error, code, message, detail, title } = JSON.parse(text) as Record<string, unknown>;
    const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
    const words = [code, error, inner.code, message, inner.message, detail, title];
    return [...new Set(words.filter((one) => typeof one === 'string' && one !== ''))].join(': ');
  } catch {
    return text.trimStart().startsWith('<') ? '' : text.trim().split('\n', 1)[0]!;
  }
}

function wrongSecret({ url, access }: Asked, what: string): UserError {
  return new UserError(
    access.contract.source === REFERENCE_SOURCE
      ? `JWT_SECRET does not match the service at ${url}: ${what}. Set JWT_SECRET to the secret with which the service verifies tokens.`
      : `The identity of the contract "${access.contract.source}" does not match the service at ${url}: ${what}. See \`identity\` and \`send\` there.`,
  );
}

function refuseUnlessAccepted(asked: Asked, { outcome }: Answer, said: string): void {
  if (outcome === 'http 401')
    throw wrongSecret(asked, `HTTP refused the token (401)${said === '' ? '' : `, it says "${said}"`}`);
  if (outcome === 'http 404')
    throw new UserError(
      `The service at ${asked.url} has no ${asked.access.contract.service.base} (404): is it a meetings service?`,
    );
}

/** What the owners of the service say that it does not offer is not looked for. */
function withoutUnoffered(offers: Offers, { access: { contract } }: Asked): Offers {
  const { has } = contract;
  if (!has) return offers;
  return {
    ...offers,
    ...(has.has('roster') ? {} : { roster: null }),
    ...(has.has('hand') ? {} : { hand: false }),
    ...(has.has('events') ? {} : { events: false }),
    ...(has.has('page') ? {} : { page: false }),
    ...(has.has('metrics') ? {} : { metrics: null }),
  };
}

/** What needs no participant: the page, and the service's own metrics. */
async function besides({ url, access: { contract } }: Asked): Promise<Pick<Offers, 'page' | 'metrics'>> {
  const context = await openRequestContext('wire', { baseURL: url, timeoutMs: TIMEOUT_MS });
  try {
    const page = await pageAt(context);
    const texts: string[] = [];
    for (let reading = 0; reading < METRICS_READINGS; reading++) {
      const response = await context.get(contract.metrics.path).catch(() => undefined);
      if (response?.ok()) texts.push(await response.text());
    }
    return {
      page,
      metrics: metricsIn(texts, contract.metrics),
    };
  } catch {
    return {};
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
    known(hand, (is) => (is ? 'raised hands' : 'no raised hands')),
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
