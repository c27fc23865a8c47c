/** Every kind of schedule: a new one is a file of this folder and a line here. */
export { arrivalStepsKind } from './arrival-steps.ts';
export { constantArrivalRateKind } from './constant-arrival-rate.ts';
export { constantUsersKind } from './constant-users.ts';
export { holdKind } from './hold.ts';
export { poissonKind } from './poisson.ts';
export { rampKind } from './ramp.ts';
export { rampingArrivalRateKind } from './ramping-arrival-rate.ts';
export { sessionsKind } from './sessions.ts';
export { simultaneouslyKind } from './simultaneously.ts';
export { spikeKind } from './spike.ts';
export { stepsKind } from './steps.ts';
