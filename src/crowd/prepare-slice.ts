import type { Clock } from '../kernel/clock.ts';
import { openRequestContext } from '../request-context/open.ts';
import { Canary } from './canary/canary.ts';
import type { CoordinatorConnection } from './coordinator/coordinator-connection.ts';
import { type Meetings, openMeetings } from './open-meetings.ts';
import { type PreparedBrowsers, prepareBrowsers } from './prepare-browsers.ts';
import { openRoutes, type Routes } from './routes.ts';
import { durationMs, peakUsers } from './schedules/index.ts';
import type { SliceOptions } from './slice-options.ts';
import { sourceAddressesFor } from './source-addresses.ts';

/** Everything that a slice needs before its first participant arrives. */
export interface PreparedSlice extends PreparedBrowsers {
  readonly meetings: Meetings;
  readonly sourceAddresses: readonly string[];
  readonly routes: Routes;
  readonly canary: Canary;
}

/** Prepares the meetings of the crowd and the parts of this slice, before the barrier. */
export async function prepareSlice(
  options: SliceOptions,
  coordinator: CoordinatorConnection,
  clock: Clock,
): Promise<PreparedSlice> {
  const { schedule, levels } = options;
  // The main process opens the meetings of each level before it begins.
  const users = (levels === undefined ? peakUsers(schedule) : 0) + options.browsers.users;
  const meetings = await coordinator.shared<Meetings>('meetings', () => openMeetings({ ...options, users }));
  await warmUp(options);
  const browsers = await prepareBrowsers(options, coordinator);
  const sourceAddresses = sourceAddressesFor(options, peakUsers(schedule));
  const routes = await openRoutes({ ...options, sourceAddresses, ttlMs: longestMs(options) });
  const canary = await Canary.open({ ...options, clock, seed: options.seed + options.index });
  return { meetings, ...browsers, sourceAddresses, routes, canary };
}

/** Longer than the run can last: the barrier may hold for as long again as the run takes. */
function longestMs({ schedule, requestTimeoutMs, drainMs, notBefore = new Date(0) }: SliceOptions): number {
  const waitMs = Math.max(0, notBefore.getTime() - Date.now());
  return waitMs + 2 * (durationMs(schedule) + drainMs + 2 * requestTimeoutMs) + 120_000;
}

/** Loads the client and makes one uncounted call, so that the first participant does not include this time. */
async function warmUp({ requestContext, serviceUrl, requestTimeoutMs, access }: SliceOptions): Promise<void> {
  const context = await openRequestContext(requestContext, {
    baseURL: serviceUrl,
    timeoutMs: requestTimeoutMs,
  });
  // If the service does not answer, the run will record it.
  await context.get(access.contract.service.health).catch(() => undefined);
  await context.dispose();
}
