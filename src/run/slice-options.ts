import { join } from 'node:path';
import { privateFolder, type Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import type { SliceOptions } from '../crowd/slice-options.ts';
import { loadJourney } from '../journeys/load-journey.ts';
import { currentAccess } from './access.ts';
import { runFolder } from './run-folder.ts';
import { levelKind } from './search-settings.ts';
import { sliceCount } from './slices.ts';

/** All options of slice `index` of a crowd, from the settings of its load test. */
export async function sliceOptions(
  { crowd, index }: { readonly crowd: string; readonly index: number },
  settings: Settings,
  run: Run,
): Promise<SliceOptions> {
  const serviceUrl = settings.MEETINGS_SERVICE_URL!;
  const access = await currentAccess();
  const { REQUESTS_PER_USER: actions, THINK_TIME_MS: thinkMs } = settings;
  const { mix } = access.contract.journey;
  return {
    crowd,
    runId: run.id,
    index,
    of: sliceCount(run),
    schedule: settings.schedule,
    levels: levelKind(settings),
    journey: await loadJourney(settings.JOURNEY, { actions, thinkMs, mix }),
    serviceUrl,
    socketUrl: settings.WEBSOCKET_URL ?? serviceUrl,
    access,
    requestContext: settings.REQUEST_CONTEXT,
    socketClient: settings.SOCKET_CLIENT,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    meetingSize: settings.MEETING_SIZE,
    sourceAddresses: settings.SOURCE_ADDRESSES,
    drainMs: settings.DRAIN_TIMEOUT * 1000,
    seed: settings.SEED,
    profile: settings.NETWORK_PROFILE,
    browsers: {
      users: settings.BROWSER_USERS,
      traceEvery: settings.BROWSER_TRACE_EVERY,
      chromiumPath: settings.CHROMIUM_PATH,
    },
    exemplarsFolder: join(runFolder(run.id), 'exemplars'),
    privateFolder: privateFolder(),
    notBefore: settings.START_AT,
  };
}
