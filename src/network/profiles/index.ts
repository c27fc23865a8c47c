export { loadProfile, profileNames } from './load.ts';
export { describe, type NetworkProfile, toLink } from './profile.ts';
