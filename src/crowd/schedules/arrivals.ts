import { assertNever } from '../../kernel/errors.ts';
import { type ConstantArrivalRate, constantRateDue } from './constant-arrival-rate.ts';
import { type Poisson, poissonDue } from './poisson.ts';
import { type RampingArrivalRate, rampingRateDue } from './ramping-arrival-rate.ts';
import { type Sessions, sessionsDue } from './sessions.ts';
import { divide, type Share, whole } from './share.ts';
import { type Simultaneously, simultaneouslyDue } from './simultaneously.ts';

/** Open schedules: the i-th arrival has its due time, whatever the service does. */
export type Arrivals = Sessions | ConstantArrivalRate | RampingArrivalRate | Poisson | Simultaneously;

/** When each arrival is due, in milliseconds from the start: ascending, finite, each before the end. */
export function* arrivals(schedule: Arrivals): Generator<number, void> {
  const { index, of } = dealt(schedule);
  let turn = 1;
  for (const dueMs of dues(schedule)) {
    if (turn === index) yield dueMs;
    turn = turn === of ? 1 : turn + 1;
  }
}

/** How many users may be active at a time. The share's part is fixed, even while another share has room. */
export function mostUsers(schedule: Arrivals): number {
  const { index, of } = schedule.share ?? whole;
  return divide(crowdSize(schedule), index, of);
}

/** A share without room for a single user gets no arrivals: the shares that have room deal them out. */
function dealt(schedule: Arrivals): Share {
  const { index, of } = schedule.share ?? whole;
  return { index, of: Math.min(of, crowdSize(schedule)) };
}

function crowdSize(schedule: Arrivals): number {
  switch (schedule.kind) {
    case 'sessions':
      return schedule.atMostUsers;
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate':
    case 'poisson':
      return schedule.maxUsers;
    case 'simultaneously':
      return schedule.users;
    default:
      return assertNever(schedule);
  }
}

function dues(schedule: Arrivals): Generator<number, void> {
  switch (schedule.kind) {
    case 'sessions':
      return sessionsDue(schedule);
    case 'constant-arrival-rate':
      return constantRateDue(schedule);
    case 'ramping-arrival-rate':
      return rampingRateDue(schedule);
    case 'poisson':
      return poissonDue(schedule);
    case 'simultaneously':
      return simultaneouslyDue(schedule);
    default:
      return assertNever(schedule);
  }
}
