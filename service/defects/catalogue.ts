import { answerFromThePast, forgetLeaves, refuseToCreate, slowDown } from './answers.ts';
import { answerEndlessly, answerHugely } from './bodies.ts';
import * as headers from './conduct/headers.ts';
import * as input from './conduct/input.ts';
import * as strangers from './conduct/strangers.ts';
import { tokenDefects } from './conduct/tokens.ts';
import { delay, deliverNothing, drop, leaveSilently, loseOne, repeat, repeatRaise } from './events.ts';
import {
  getAnotherMeeting,
  joinAnotherMeeting,
  joinAsAnotherUser,
  joinWithoutData,
  resumeAsAnotherUser,
} from './foreign-answers.ts';
import * as leaks from './leaks.ts';
import { closeGaps } from './page.ts';
import type { Parts } from './parts.ts';
import { alwaysHealthy, measureAsTwo } from './reports.ts';
import { addSecondRow, checkThenInsert, forgetHands } from './seats.ts';
import {
  cutAfterEntry,
  slowDownConnecting,
  welcomeToAnotherMeeting,
  welcomeWithoutPayload,
} from './sockets.ts';

type Damage = (parts: Parts, number: number) => Partial<Parts> | undefined | Promise<Partial<Parts>>;

/**
 * The seeded defects, with which tests prove that their checks find them. Each has a function that changes the parts of
 * the service, and a default number if its name takes one. A new defect needs only a row here.
 */
const DEFECTS = {
  /** A repeated join of a user adds a row, so the roster lists the user twice. */
  'duplicate-rows': [addSecondRow],
  /** A join counts the seats without the lock, this many milliseconds before it takes a seat. */
  'capacity-race': [checkThenInsert, 50],
  /** Participants with a lost connection are not removed. */
  ghosts: [() => ({ sweepGhosts: () => async () => undefined })],
  /** Every nth event of a room is sent twice. */
  'event-twice': [repeat, 5],
  /** Every nth event of a room misses one of its members. */
  'event-lost': [loseOne, 5],
  /** A reconnect is answered with the state before the last change of the meeting. */
  'stale-reconnect': [answerFromThePast],
  /** Every nth leave is acknowledged and not carried out. */
  'leave-forgotten': [forgetLeaves, 5],
  /** Every nth raised hand is announced as two events, a millisecond apart. */
  'applied-twice': [repeatRaise, 5],
  /** Joins and reconnects are limited per address instead of per user. */
  'reset-limits-shared': [() => ({ joinLimitKey: ({ ip }) => ip })],
  /** GET /:id takes this many milliseconds longer. */
  'slow-endpoint': [slowDown, 20],

  // Events and connections.
  /** The service sends no room event. */
  'events-none': [deliverNothing],
  /** The service drops this percentage of the deliveries of room events. */
  'events-dropped': [drop, 30],
  /** The service sends room events this many milliseconds late. */
  'events-late': [delay, 4_000],
  /** The service sends no event when a participant leaves. */
  'leave-silent': [leaveSilently],
  /** The service cuts a socket this many milliseconds after its participant entered the room. */
  'room-cut': [cutAfterEntry, 200],
  /** A socket needs this many milliseconds longer to connect. */
  'slow-connect': [slowDownConnecting, 3_000],
  /** `meeting:joined` has no payload. */
  'room-joined-empty': [welcomeWithoutPayload],
  /** `meeting:joined` names another meeting. */
  'room-joined-other': [welcomeToAnotherMeeting],

  // Answers.
  /** A join answers with another meeting. */
  'join-other-meeting': [joinAnotherMeeting],
  /** A join answers with the participant of another user. */
  'join-other-user': [joinAsAnotherUser],
  /** A join answers with `data: {}`. */
  'join-empty': [joinWithoutData],
  /** GET /:id answers with another meeting. */
  'get-other-meeting': [getAnotherMeeting],
  /** A reconnect answers with the participant of another user. */
  'reconnect-other-user': [resumeAsAnotherUser],
  /** GET /:id answers with 1 MiB of gzip that unpacks to 1 GiB. */
  'huge-answer': [answerHugely],
  /** The body of GET /:id never ends. */
  'endless-answer': [answerEndlessly],
  /** The service refuses to create meetings: 429. */
  'create-refused': [refuseToCreate],

  // What the service reports about itself.
  /** Another instance answers every second GET /metrics. */
  'metrics-of-two': [measureAsTwo],
  /** GET /health answers 200 while the database is down. */
  'health-blind': [alwaysHealthy],

  // Restarts.
  /** Raised hands are down after a restart of the service. */
  'restart-forgets': [forgetHands],

  // Leaks: a soak finds each of them.
  /** Each join adds a listener to the emitter that all rooms share. */
  'leak-listeners': [leaks.keepListeners],
  /** Each join keeps this many bytes in the heap. */
  'leak-memory': [leaks.keepMemory, 1024],
  /** Each join opens two sockets that nothing closes. */
  'leak-sockets': [leaks.keepSockets],
  /** Each join starts a timer that nothing stops. */
  'leak-timers': [leaks.keepTimers],
  /** Each join adds a row of a participant who never leaves. */
  'leak-rows': [leaks.keepRows],

  // Conduct: each is found by one question of `tests/conduct/`.
  /** A token with one fault opens HTTP, or a socket. */
  ...tokenDefects,
  /** The room opens for a user who is not in the meeting. */
  'room-for-strangers': [strangers.admitInSpiteOf('NOT_PARTICIPANT')],
  /** The room of any id opens. */
  'room-of-nothing': [strangers.admitInSpiteOf('MEETING_NOT_FOUND')],
  'reconnect-for-strangers': [strangers.resume('for strangers')],
  'reconnect-to-ended': [strangers.resume('an ended meeting')],
  /** A `userId` in the body replaces the user of the token. */
  'hand-of-others': [strangers.believeBodyIn('POST /:id/hand/raise')],
  'leave-of-others': [strangers.believeBodyIn('POST /:id/leave')],
  'control-by-anyone': [strangers.controlAsHost],
  'network-for-strangers': [strangers.acknowledgeStrangers('POST /:id/network/quality', {})],
  'hand-of-strangers': [strangers.acknowledgeStrangers('POST /:id/hand/raise')],
  /** The host of a full meeting cannot join it again. */
  'host-locked-out': [strangers.lockHostOut],
  'malformed-is-500': [input.failOn(input.isMalformed)],
  'wrong-types-are-500': [input.failOn(input.isWrongType)],
  'pages-are-500': [input.failOn(input.isBadPage)],
  'ids-are-500': [input.failOn(input.isWrongId)],
  'raw-database-text': [input.tellDatabaseText(input.isWrongId)],
  'stack-in-answers': [input.tellStack(input.isMalformed)],
  'no-code-in-refusals': [input.leaveOutCode(input.isBadPage)],
  'html-in-refusals': [input.echoAsPage],
  'long-text-accepted': [input.cutLongTexts],
  'sql-in-filter': [input.forgetFilter],
  'any-action': [input.acceptAnyAction],
  'empty-payload-crash': [input.crashOnEmptyPayload],
  'wrong-payload-crash': [input.crashOnWrongPayload],
  'idle-closed': [headers.closeIdle, 2000],
  'public-cache': [headers.letCachesKeep],
  'any-origin': [headers.allowAnyOrigin],
  'limits-unannounced': [headers.keepLimitsSecret],
  /** The room page moves when a participant leaves. */
  'page-moves': [closeGaps],
} satisfies Record<string, [damage: Damage, number?: number]>;

type Defect = keyof typeof DEFECTS;

/** The active defects, each with its number, or 0 if it takes none. */
export type Defects = ReadonlyMap<Defect, number>;

export const DEFECT_RULE = `names from ${Object.keys(DEFECTS).join(', ')}, separated by commas; those that count or wait take a number, such as event-lost=3`;

/** Reads "ghosts, event-lost=3". @returns undefined if it is not a list of defects */
export function parseDefects(text: string): Defects | undefined {
  const defects = new Map<Defect, number>();
  for (const entry of text.split(',')) {
    const [, name, number] = /^([a-z][a-z\d-]*)(?:=([1-9]\d{0,4}))?$/.exec(entry.trim()) ?? [];
    if (!name || !isDefect(name)) return undefined;
    const [, preset]: [Damage, number?] = DEFECTS[name];
    if (number && preset === undefined) return undefined;
    defects.set(name, number ? Number(number) : (preset ?? 0));
  }
  return defects;
}

/** Writes defects as "ghosts,event-lost=3". */
export function describeDefects(defects: Defects): string {
  return [...defects].map(([name, number]) => (number ? `${name}=${number}` : name)).join(',');
}

/** The parts with the active defects. */
export async function damaged(parts: Parts, defects: Defects): Promise<Parts> {
  let result = parts;
  for (const [name, number] of defects) {
    const [damage]: [Damage, number?] = DEFECTS[name];
    result = { ...result, ...(await damage(result, number)) };
  }
  return result;
}

function isDefect(name: string): name is Defect {
  return Object.hasOwn(DEFECTS, name);
}
