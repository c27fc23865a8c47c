/** The expected report of a load run about a seeded defect, in both styles of the reference service. */
export interface LoadFinding {
  readonly defect: string;
  readonly verdict: 'failed' | 'passed';
  /** Default targets that the defect makes the run miss. */
  readonly missed?: readonly string[];
  /** Other targets that the run may miss. */
  readonly mayMiss?: readonly string[];
  /** Reasons that name the defect. */
  readonly reasons?: readonly RegExp[];
  /** Other possible reasons. */
  readonly mayHave?: readonly RegExp[];
  /** Other texts in the output. */
  readonly shows?: readonly RegExp[];
}

const LATENCY = ['latency avg < 200 ms', 'latency p95 < 500 ms', 'latency p99 < 1000 ms'];
const EACH = 'each operation p95 < 1000 ms';
const ERRORS = 'error rate < 1 %';
const EVENTS_LOST = 'events lost < 0.1 %';
const EVENTS_TWICE = 'events twice < 0.1 %';
const CONNECTIONS = 'connections lost <= 1 %';
const SESSIONS = 'sessions completed >= 99 %';
const WRONG = 'wrong answers <= 0';

/** The finding if no participant can enter the room: every session ends there, and no event arrives. */
function staysOut(cause: string, isWrong: boolean): Omit<LoadFinding, 'defect'> {
  return {
    verdict: 'failed',
    missed: [ERRORS, SESSIONS, ...(isWrong ? [WRONG] : [])],
    reasons: [new RegExp(`^no session completed: \\d+ started; most frequent failure: \\d+ × ${cause}$`)],
    mayHave: [/^users reached >= 90 %: \d+ of 12 users were reached: most sessions ended early$/],
    // Possibly no call succeeds, and no latency is measured.
    mayMiss: LATENCY,
  };
}

/** Each defect that a load run can see. */
export const loadFindings: readonly LoadFinding[] = [
  {
    defect: 'events-none',
    verdict: 'failed',
    missed: [EVENTS_LOST],
    reasons: [/^0 of [\d,]+ room events arrived$/],
  },
  { defect: 'events-dropped=30', verdict: 'failed', missed: [EVENTS_LOST] },
  { defect: 'event-lost=2', verdict: 'failed', missed: [EVENTS_LOST] },
  { defect: 'event-twice=1', verdict: 'failed', missed: [EVENTS_TWICE] },
  { defect: 'applied-twice=1', verdict: 'failed', missed: [EVENTS_TWICE] },
  {
    defect: 'events-late=4000',
    verdict: 'failed',
    // An event counts as late only after REQUEST_TIMEOUT_MS. Before, only its latency is high.
    missed: [EACH],
    reasons: [/^each operation p95 was 4\d{3} ms, .*; event\.delivery/],
  },
  {
    defect: 'leave-silent',
    verdict: 'failed',
    missed: [EVENTS_LOST],
    shows: [/× event\.delivery participant-left did not arrive/],
  },
  {
    defect: 'leave-forgotten=1',
    verdict: 'failed',
    missed: [EVENTS_LOST],
    shows: [/× event\.delivery participant-left did not arrive/],
  },
  {
    defect: 'room-cut=200',
    verdict: 'failed',
    missed: [CONNECTIONS],
    mayHave: [/^none of [\d,]+ room events could be judged: [\d,]+ connections were lost$/],
  },
  {
    defect: 'slow-connect=3000',
    verdict: 'failed',
    missed: [EACH],
    reasons: [/^each operation p95 was 3\d{3} ms, .*; socket\.connect/],
    mayMiss: LATENCY,
  },
  {
    defect: 'slow-endpoint=1500',
    verdict: 'failed',
    missed: [EACH],
    reasons: [/^each operation p95 was 1[5-9]\d\d ms, .*; meeting\.get/],
    mayMiss: LATENCY,
  },
  { defect: 'room-joined-empty', ...staysOut('room.enter answered without the id of the meeting', false) },
  { defect: 'room-joined-other', ...staysOut('room.enter answered about another meeting', true) },
  { defect: 'join-other-meeting', ...staysOut('meeting.join 200 "answered about another meeting"', true) },
  { defect: 'join-other-user', ...staysOut('meeting.join 200 "answered about another person"', true) },
  { defect: 'join-empty', ...staysOut('meeting.join 200 "answered without the id of the meeting"', false) },
  {
    defect: 'get-other-meeting',
    verdict: 'failed',
    missed: [WRONG, ERRORS],
    reasons: [/× meeting\.get 200 "answered about another meeting"$/],
  },
  {
    defect: 'huge-answer',
    verdict: 'failed',
    missed: [ERRORS],
    reasons: [/^error rate was .*× meeting\.get answer over 10 MB$/],
  },
  {
    defect: 'endless-answer',
    verdict: 'failed',
    missed: [ERRORS],
    reasons: [/^error rate was .*× meeting\.get answer over 10 MB$/],
  },
  {
    defect: 'create-refused',
    verdict: 'failed',
    reasons: [/^The service refused to create the meeting: 429 .*Nothing was loaded\.$/],
  },
  {
    defect: 'metrics-of-two',
    verdict: 'passed',
    shows: [/Service figures are left out: \/metrics is answered by 2 processes\./],
  },
  {
    // Participants share one rate limit, so the service refuses all after the first twenty.
    defect: 'reset-limits-shared',
    verdict: 'failed',
    missed: [ERRORS, SESSIONS],
    shows: [/× meeting\.join 429/],
  },
];

/** The meeting defects that no load run can find, each with the phase that the run names for it. */
export const loadsBlindTo: readonly { readonly defect: string; readonly namedBy: RegExp }[] = [
  { defect: 'stale-reconnect', namedBy: /the state after a\s+reconnect \(reconnection-storm\)/ },
  { defect: 'reconnect-other-user', namedBy: /the state after a\s+reconnect \(reconnection-storm\)/ },
  { defect: 'duplicate-rows', namedBy: /the roster \(rapid-join-leave\)/ },
  { defect: 'ghosts', namedBy: /the roster \(rapid-join-leave\)/ },
  { defect: 'capacity-race', namedBy: /seats and rate\s+limits \(high-concurrency-join\)/ },
  { defect: 'restart-forgets', namedBy: /outages \(service-restart, database-down\)/ },
  { defect: 'health-blind', namedBy: /outages \(service-restart, database-down\)/ },
  {
    defect: 'room-for-strangers',
    namedBy: /--project=conduct tests\s+tokens, strangers and bad input/,
  },
];
