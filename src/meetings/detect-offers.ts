import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import { shownCauseOfError } from '../request-context/failure.ts';
import { keepAliveSeconds } from '../request-context/idle-connections.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { stepsInto } from './contract/contract.ts';
import { REFERENCE_SOURCE } from './contract/load.ts';
import type { Identity } from './identities/identity.ts';
import { meetingIn, meetingWithoutCreating, whyNotCreated } from './new-meeting.ts';
import { EVENT_WITHIN_MS, type Offers } from './offers.ts';
import { publishedBy } from './published.ts';
import { messageIn, RefusedCalls, refuseUnlessAccepted, refuseUnlessConnected } from './refused-token.ts';
import { reportedIn } from './roster.ts';
import { SideUser, type Tap } from './side-user.ts';

export interface DetectOptions {
  readonly url: string;
  readonly socketUrl: string;
  readonly runId: string;
  readonly access: Access;
  /** A call or connection without an answer for this long is a timeout, as for the participants of the run. */
  readonly timeoutMs: number;
}

type Draft = { -readonly [Key in keyof Offers]: Offers[Key] };

/**
 * Takes two users through the service, once, before a run: one hosts a meeting, the other one joins it. Both leave
 * again.
 * @throws {UserError} if no participant can take part: the service refuses the tokens, or has no meetings
 */
export async function detectOffers(options: DetectOptions): Promise<Offers> {
  const offers: Draft = {
    ...(await publishedBy(options.url, options.access.contract.metrics, options.timeoutMs)),
  };
  let arrived = false;
  const onEvent = () => {
    arrived = true;
  };
  const refused = new RefusedCalls();
  const [host, guest] = [
    await userOf(options, 'offers-1', { onEvent, tap: refused }),
    await userOf(options, 'offers-2'),
  ];
  let meetingId: string | undefined;
  try {
    await firstCall(offers, options, { host, refused });
    offers.verifiesTokens = { http: await refusesForged(options) };
    await connect(offers, options, host);
    const found = await meetingFor(options, host);
    if (found.ended !== undefined) return { ...offers, ended: found.ended };
    meetingId = found.id;
    await walk(offers, options, { host, guest, meetingId, heard: () => arrived });
    return withoutUnoffered(offers, options);
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

function userOf(options: DetectOptions, name: string, more: UserOptions = {}): Promise<SideUser> {
  const { url, socketUrl, access, runId, timeoutMs } = options;
  return SideUser.open({
    access,
    url,
    socketUrl,
    timeoutMs,
    name: `${runId}-${name}`,
    ...more,
  });
}

/** Makes a cheap call without side effects: its answer shows whether the service accepts the tokens. */
async function firstCall(
  offers: Draft,
  { url, access: { contract } }: DetectOptions,
  { host, refused }: { readonly host: SideUser; readonly refused: RefusedCalls },
): Promise<void> {
  if (!host.can('meeting.list')) return;
  const listed = await host.call('meeting.list', { input: { limit: 1 } });
  refuseUnlessAccepted({ url, contract }, listed, refused.refusal);
  const headers = (listed.values?.headers ?? {}) as Readonly<Record<string, string>>;
  offers.rateLimitHeaders = headers['x-ratelimit-limit'] !== undefined;
  offers.keepAliveS = keepAliveSeconds(headers['keep-alive']);
}

async function meetingFor(
  { access, runId }: DetectOptions,
  host: SideUser,
): Promise<{ id: string; ended?: undefined } | { ended: string }> {
  const there = meetingWithoutCreating(access.contract, 0, `${runId}-offers`);
  if (there !== undefined) return { id: there };
  const title = `fullhouse detects what the service offers (${runId})`.slice(0, 100);
  const created = await host.call('meeting.create', { input: { title, capacity: 10 } });
  const id = meetingIn(access, created);
  if (id !== undefined) return { id };
  return { ended: `meeting.create: ${created.cause ?? whyNotCreated(created)}` };
}

interface Walk {
  readonly host: SideUser;
  readonly guest: SideUser;
  readonly meetingId: string;
  /** Whether the host has received an event of the room. */
  heard(): boolean;
}

async function walk(offers: Draft, { access }: DetectOptions, walk: Walk): Promise<void> {
  const { contract } = access;
  const { host, guest, meetingId, heard } = walk;
  if (contract.meetings.kind === 'created') offers.hostTakesPart = await isInside(host, access, meetingId);
  // The creator of the meeting may be in it already; otherwise the host joins like the guest.
  const entered =
    contract.socket && offers.sockets === true
      ? await host.listen(meetingId)
      : ((await into(host, access, meetingId)).at(-1)?.[1].outcome ?? 'ok');
  if (guest.can('meeting.get')) {
    const { outcome } = await guest.call('meeting.get', { meetingId });
    if (outcome === 'http 403' || outcome === 'http 404' || outcome === 'denied') offers.isForMembers = true;
  }
  const steps = await into(guest, access, meetingId);
  const refused = steps.find(([, { outcome }]) => outcome !== 'ok');
  if (refused) {
    offers.ended = `${refused[0]}: ${refused[1].cause ?? refused[1].outcome}`;
    return;
  }
  const before = heard();
  const raised = guest.can('hand.raise') && (await guest.call('hand.raise', { meetingId })).outcome === 'ok';
  await readRoster(offers, access, { ...walk, steps, raised });
  if (entered !== 'ok' || contract.causedEvents.size === 0) return;
  const expected = raised ? contract.operations.get('hand.raise')?.causes : undefined;
  if (expected !== undefined || before) offers.events = await within(EVENT_WITHIN_MS, heard);
}

type Inside = Pick<Walk, 'guest' | 'meetingId'> & {
  readonly steps: readonly [string, Answer][];
  /** Whether the hand of the guest is up. */
  readonly raised: boolean;
};

/** Looks for the roster in the answers that the guest got, and for the raised hand in it. */
async function readRoster(
  offers: Draft,
  { contract }: Access,
  { guest, meetingId, steps, raised }: Inside,
): Promise<void> {
  const answers = new Map<string, Answer>(steps);
  for (const name of ['meeting.get', 'meeting.reconnect'])
    if (guest.can(name)) answers.set(name, await guest.call(name, { meetingId }));
  const rosters = contract.rosterSources.map((source) => {
    const answer = answers.get(source);
    return [source, answer && reportedIn(contract, source, answer)?.participants] as const;
  });
  const [source, roster] = rosters.find(([, participants]) => participants !== undefined) ?? [];
  offers.roster = source ?? null;
  const own = roster?.find(({ userId }) => userId === guest.userId);
  // Only a raised hand is certain to have its field: a service may omit a false field.
  if (raised && own) offers.hand = own.handRaised !== undefined;
  else if (raised && source === undefined) offers.hand = false;
}

/** Whether the host is in the meeting without a join. If no answer shows it, a join over HTTP means yes. */
async function isInside(host: SideUser, { contract }: Access, meetingId: string): Promise<boolean> {
  for (const source of ['meeting.get', 'meeting.reconnect'] as const) {
    if (!contract.operations.get(source)?.reads.roster) continue;
    const answer = await host.call(source, { meetingId });
    const participants = reportedIn(contract, source, answer)?.participants;
    if (participants) return participants.some(({ userId }) => userId === host.userId);
  }
  return contract.operations.get('meeting.join')?.over === 'http';
}

/** Takes a user into the meeting; returns the steps, each with its answer, until one fails. */
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
async function connect(offers: Draft, options: DetectOptions, host: SideUser): Promise<void> {
  if (!options.access.contract.socket) return;
  const [outcome, forged] = await Promise.all([host.connect(), forgedConnects(options)]);
  const failure = messageIn(host.connectFailure ?? outcome);
  refuseUnlessConnected({ url: options.url, contract: options.access.contract }, outcome, failure);
  offers.sockets = outcome === 'ok' ? true : failure;
  if (NO_SOCKETS_THERE.test(outcome)) offers.wrongSocketAddress = wrongSocketAddress(options, failure);
  if (outcome === 'ok' && forged !== undefined)
    offers.verifiesTokens = { ...offers.verifiesTokens, sockets: forged !== 'ok' };
}

/** How the connection of a user with a wrong token ended; undefined if no such token exists. */
async function forgedConnects(options: DetectOptions): Promise<string | undefined> {
  const identity = await options.access.identities.wrongIdentity('forged', `${options.runId}-offers-1`);
  if (!identity) return undefined;
  const stranger = await userOf(options, 'offers-3', { identity });
  const outcome = await stranger.connect();
  await stranger.close();
  return outcome;
}

async function refusesForged(options: DetectOptions): Promise<boolean | undefined> {
  const identity = await options.access.identities.wrongIdentity('forged', `${options.runId}-offers-3`);
  if (!identity || !options.access.contract.operations.has('meeting.list')) return undefined;
  const stranger = await userOf(options, 'offers-3', { identity });
  const { outcome } = await stranger.call('meeting.list', { input: { limit: 1 } });
  await stranger.close();
  if (outcome === 'ok') return false;
  // Other refusals, such as a 429 or a 502, are not about the token.
  return outcome === 'http 401' || outcome === 'http 403' ? true : undefined;
}

/** Outcomes of an address without Socket.IO; a `reset`, a 429 or a 5xx may be temporary. */
const NO_SOCKETS_THERE = /^(?:refused|timeout|invalid|http 40[0345]|http 426)$/;

function wrongSocketAddress(options: DetectOptions, why: string): string {
  const { url, socketUrl, access, timeoutMs } = options;
  const { contract } = access;
  const { source, socket } = contract;
  const path = socket?.path ?? '/socket.io';
  const place = `${socketUrl.replace(/\/+$/, '')}${path}`;
  const isOwn = new URL(socketUrl).origin !== new URL(url).origin;
  const address = isOwn ? 'Correct WEBSOCKET_URL' : 'Set WEBSOCKET_URL to the address of Socket.IO';
  const inContract = source === REFERENCE_SOURCE ? '' : `, or \`socket\` in ${source}`;
  const slow = why === 'timeout' ? `, or raise REQUEST_TIMEOUT_MS (now ${timeoutMs}) for a slow service` : '';
  return `No participant can connect: no Socket.IO at ${place} (${why}). ${address}${inContract}${slow}.`;
}

/** Leaves out what the contract declares as not offered. */
function withoutUnoffered(offers: Offers, { access: { contract } }: DetectOptions): Offers {
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
