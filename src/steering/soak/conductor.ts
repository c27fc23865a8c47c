import { isLoopback } from '../../config/addresses.ts';
import { printForUser } from '../../config/command-line.ts';
import { currentRun, loadSettings } from '../../config/environment.ts';
import { closeMeetings, type Meetings } from '../../crowd/open-meetings.ts';
import { describe } from '../../crowd/schedules/index.ts';
import { runFacts } from '../../history/run-facts.ts';
import { systemClock } from '../../kernel/clock.ts';
import { onlyFileFailure } from '../../kernel/file-failure.ts';
import { processIdentity } from '../../kernel/process-identity.ts';
import { readMetrics } from '../../meetings/probe.ts';
import { leftBehindTexts } from '../../meetings/roster.ts';
import { keepFacts } from '../../results/evidence/keep.ts';
import { keepRound, keepSample, keepSoakPlan } from '../../results/evidence/keep-soak.ts';
import { currentAccess } from '../../run/access.ts';
import { runningCoordinator } from '../../run/global-setup.ts';
import { crowdSettings } from '../../run/load-test-settings.ts';
import { currentOffers } from '../../run/offers.ts';
import { roundsOf } from '../../run/soak-division.ts';
import { ServiceMeasurement } from './measure.ts';
import { SoakRun } from './soak-run.ts';

/** The time for the last round of a soak that was interrupted to be saved. */
const SAVING_MS = 10_000;

/** Leads the soak of this run. @returns the end of it, after the last test */
export async function start(): Promise<() => Promise<void>> {
  const [coordinator, run, settings] = [runningCoordinator()!, currentRun()!, loadSettings()];
  const access = await currentAccess();
  const { metrics } = access.contract;
  const url = settings.MEETINGS_SERVICE_URL!;
  const { division, settings: ofRounds } = roundsOf('soak');
  if (division.tooShort !== undefined) printForUser(`Soak     ${division.tooShort}`);
  const service = new ServiceMeasurement({
    readMetrics: () => readMetrics(url, metrics.path),
    path: metrics.path,
    port: localPort(url),
  });
  const host = {
    runId: run.id,
    serviceUrl: url,
    socketUrl: settings.WEBSOCKET_URL ?? url,
    access,
    requestTimeoutMs: 2000,
  };
  // A run whose reporters were replaced has no live view.
  coordinator.on('notice', (text) => {
    if (coordinator.listenerCount('notice') === 1) printForUser(text);
  });
  await keepFacts(runFacts(ofRounds, run)).catch(onlyFileFailure);
  const { rounds, workMs, restMs, sampleEveryMs } = division;
  const planned = {
    forMs: settings.SOAK_FOR,
    rounds,
    workMs,
    restMs,
    sampleEveryMs,
    memoryLimitBytes: settings.SOAK_MEMORY_LIMIT ?? service.memoryLimitBytes,
    schedule: describe(ofRounds.schedule),
    targets: ofRounds.targets.map(({ text, ifMeasured }) => ({
      text,
      ...(ifMeasured ? { ifMeasured } : {}),
    })),
    by: processIdentity()!,
  };
  const soak = new SoakRun(coordinator, planned, {
    clock: systemClock,
    contextOf: (crowd) => crowdSettings(coordinator, crowd),
    measure: () => service.read(),
    async closeMeetings(crowd) {
      const meetings = coordinator.shared(crowd, 'meetings') as Meetings | undefined;
      const left = meetings && (await closeMeetings({ ...host, crowd }, meetings, currentOffers()));
      for (const line of leftBehindTexts(left)) coordinator.emit('notice', line);
    },
    keep: {
      plan: (plan) => keepSoakPlan(run.id, plan),
      round: (round) => keepRound(run.id, round),
      sample: (sample) => keepSample(run.id, sample),
    },
  });
  return async () => {
    await soak.end(SAVING_MS);
    for (const problem of soak.problems) console.error(problem);
  };
}

/** The port of a service on this machine. */
function localPort(url: string): number | null {
  const { hostname, port, protocol } = new URL(url);
  if (!isLoopback(hostname)) return null;
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
