// Every check: a line here makes one known to journals and to `npx fullhouse recheck`.
export { acknowledgedIsDone, nothingTwiceApplied } from './acknowledged-is-done.ts';
export { adviceFitsContract } from './advice.ts';
export { delaysFitPolicy } from './backoff.ts';
export { capacityIsExact } from './capacity.ts';
export { changesAlternate } from './changes-alternate.ts';
export { dropsAreNoticed } from './drops.ts';
export { noEventLost, noEventTwice, orderIsKept } from './events-arrive-once.ts';
export { ghostsAreRemoved } from './ghosts.ts';
export { noUserTwice } from './no-user-twice.ts';
export { nothingSucceeds } from './nothing-succeeds.ts';
export { operationsComplete } from './operations-complete.ts';
export { healthIsTrue } from './outage.ts';
export { limitIsPerUser } from './rate-limit.ts';
export { gapsAreFollowedByResync, reconnectStateIsFresh } from './reconnect-state.ts';
export { rosterIsTrue } from './roster-is-true.ts';
export { viewsAgree } from './views-agree.ts';
