export { type Arrivals, arrivals } from './arrivals.ts';
export { constantArrivalRate } from './constant-arrival-rate.ts';
export { constantUsers } from './constant-users.ts';
export type { Defaults } from './forms.ts';
export { hold } from './hold.ts';
export { parseSchedule } from './parse.ts';
export { poisson } from './poisson.ts';
export { ramp } from './ramp.ts';
export { rampingArrivalRate } from './ramping-arrival-rate.ts';
export { LONGEST_MS, MOST_USERS, SHORTEST_INTERVAL_MS } from './rules.ts';
export {
  busiestSecondUsers,
  describe,
  durationMs,
  isArrivals,
  peakUsers,
  reachableUsers,
  requestedUsers,
  type Schedule,
  shareOf,
} from './schedule.ts';
export { sessions } from './sessions.ts';
export { divide } from './share.ts';
export { simultaneously } from './simultaneously.ts';
export { spike } from './spike.ts';
export { steps } from './steps.ts';
export { changes, type Users, usersAt } from './users.ts';
