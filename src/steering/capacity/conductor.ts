import { currentRun, isGiven, loadSettings } from '../../config/environment.ts';
import { systemClock } from '../../kernel/clock.ts';
import { waitForService } from '../../meetings/probe.ts';
import { currentAccess } from '../../run/access.ts';
import { runningCoordinator } from '../../run/global-setup.ts';
import { sliceNumbers } from '../../run/slices.ts';
import { CrowdMeetings } from './crowd-meetings.ts';
import { keptOnDisk } from './kept-on-disk.ts';
import { searchOptions } from './search-options.ts';
import { SteeredSearch } from './steered-search.ts';

/** An overloaded service may need this long until its health check is answered again. */
const PATIENCE_MS = 20_000;

/** Leads the capacity search of this run. Each test of the phase is one search, one after the other. */
export async function start(): Promise<() => Promise<void>> {
  const [run, coordinator] = [currentRun()!, runningCoordinator()!];
  const settings = loadSettings();
  const access = await currentAccess();
  const { accounts } = access.identities;
  const hasOwnTargets = isGiven('TARGETS') || isGiven('TARGETS_FILE');
  const options = searchOptions(settings, { accounts, run, hasOwnTargets });
  const disk = keptOnDisk(run.id);
  const searches: SteeredSearch[] = [];
  coordinator.on('started', (crowd, startedAt) => {
    const meetings = new CrowdMeetings({ crowd, runId: run.id, settings, access, coordinator });
    const slices = sliceNumbers(run);
    searches.push(
      new SteeredSearch({
        crowd,
        startedAt,
        clock: systemClock,
        slices,
        options,
        coordinator,
        meetings,
        serves: () => waitForService(settings.MEETINGS_SERVICE_URL!, PATIENCE_MS, access.contract),
        keep: disk.keep,
      }),
    );
  });
  return async () => {
    for (const search of searches) search.end();
    await disk.written();
  };
}
