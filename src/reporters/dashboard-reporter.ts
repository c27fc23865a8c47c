import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter } from '@playwright/test/reporter';
import { dashboardPort, loadSettings } from '../config/environment.ts';
import { DashboardServer } from '../dashboard/dashboard-server.ts';
import { runFolder } from '../run/run-folder.ts';
import { liveRun } from './live-reporter.ts';

/** Possible reports of a finished run, in reading order. */
const written = ['index.html', 'summary.md', 'conduct', 'chaos', 'bench'];

/** Serves the live dashboard during the run. A failure of the dashboard does not affect the run. */
export default class DashboardReporter implements Reporter {
  #starting: Promise<DashboardServer | undefined> | undefined;

  onBegin(): void {
    const [run, port] = [liveRun(), dashboardPort(loadSettings())];
    if (!run || port === null) return;
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

  /** Runs after all other reporters: the page then names only reports that exist. */
  async onExit(): Promise<void> {
    const [dashboard, run] = [await this.#starting, liveRun()];
    if (!dashboard || !run) return;
    const folder = runFolder(run.facts.id);
    const reports = written.map((name) => join(folder, name)).filter((path) => existsSync(path));
    await dashboard.end({
      verdict: run.verdict ?? 'interrupted',
      reports: reports.map((path) => relative(process.cwd(), path)),
    });
  }

  printsToStdio(): boolean {
    return false;
  }
}
