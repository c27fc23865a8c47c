import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';
import { printForUser } from '../config/command-line.ts';
import { dashboardPort, dashboardStay, loadSettings } from '../config/environment.ts';
import { DashboardServer } from '../dashboard/dashboard-server.ts';
import { endOf } from '../dashboard/end-of.ts';
import { isRead, MOST_MS } from '../dashboard/linger.ts';
import type { LiveRun } from '../live/live-run.ts';
import { runFolder } from '../run/run-folder.ts';
import { endWaitOnSignals } from '../run/signals.ts';
import { liveRun } from './live-reporter.ts';

/** Serves the live dashboard during the run, and while a reader looks at its end. Its failure does not affect the run. */
export default class DashboardReporter implements Reporter {
  #starting: Promise<DashboardServer | undefined> | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    const [run, port] = [liveRun(), dashboardPort(loadSettings())];
    // Without tests there is an error, and nothing to watch.
    if (!run || port === null || suite.allTests().length === 0) return;
    this.#starting = DashboardServer.start(run, port).then(
      (dashboard) => {
        run.emit('notice', `Live dashboard ${dashboard.url}`);
        return dashboard;
      },
      (error: Error) => {
        run.emit('notice', `The run continues without a dashboard: ${error.message}`);
        return undefined;
      },
    );
  }

  /** The last reporter of the list: the console has printed everything, and all reports exist. */
  async onExit(): Promise<void> {
    const [dashboard, run] = [await this.#starting, liveRun()];
    if (!dashboard || !run) return;
    const folder = runFolder(run.facts.id);
    dashboard.conclude(endOf(run, folder), folder);
    await stay(dashboard, run);
    await dashboard.close();
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Waits for the readers. The user ends the wait with Ctrl-C; the exit code stays that of the run. */
async function stay(dashboard: DashboardServer, { verdict }: LiveRun): Promise<void> {
  // After Ctrl-C the user waits for the prompt.
  const kind = verdict === 'interrupted' || verdict === null ? 'no' : dashboardStay(loadSettings());
  const now = performance.now();
  if (!isRead(dashboard.readers, kind, now, now)) return;
  printForUser(
    `\nThe dashboard stays open until you close its tab (at most ${MOST_MS / 60_000} min).\nCtrl-C ends it. ${dashboard.url}`,
  );
  const stop = new AbortController();
  endWaitOnSignals(() => stop.abort());
  await dashboard.linger({ stay: kind, signal: stop.signal });
}
