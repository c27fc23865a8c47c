export { arrivalSteps } from './arrival-steps.ts';
export { arrivals } from './arrivals.ts';
export { constantArrivalRate } from './constant-arrival-rate.ts';
export { constantUsers } from './constant-users.ts';
export {
  busiestSecondUsers,
  durationMs,
  peakUsers,
  reachableUsers,
  requestedUsers,
  whenFull,
} from './figures.ts';
export { hold } from './hold.ts';
export type { Defaults } from './kind.ts';
export { parseSchedule } from './parse.ts';
export { poisson } from './poisson.ts';
export { ramp } from './ramp.ts';
export { rampingArrivalRate } from './ramping-arrival-rate.ts';
export { LONGEST_MS, MOST_USERS, SHORTEST_INTERVAL_MS } from './rules.ts';
export { type Arrivals, describe, isArrivals, type Schedule, sliceOf, type Users } from './schedule.ts';
export { sessions } from './sessions.ts';
export { simultaneously } from './simultaneously.ts';
export { divide } from './slice.ts';
export { spike } from './spike.ts';
export { steps } from './steps.ts';
export { changes, usersAt } from './users.ts';
