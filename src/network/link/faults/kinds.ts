/** All kinds of faults of a path, one line each. */
export { halfOpen } from './half-open.ts';
export { impaired } from './impaired.ts';
export { refusing } from './refusing.ts';
export { stalled } from './stalled.ts';
