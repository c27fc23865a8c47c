import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter } from '@playwright/test/reporter';
import { dashboardPort, loadSettings } from '../config/environment.ts';
import { liveRun } from '../live/live-reporter.ts';
import { runFolder } from '../run/run-folder.ts';
import { DashboardServer } from './dashboard-server.ts';

/** What people look at when a run is over, as far as it was written. */
const written = ['index.html', 'summary.md', 'conduct', 'chaos', 'bench'];

/** Serves the live dashboard while the run goes on. Whatever becomes of it, the run goes on. */
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
        run.emit('notice', `The run goes on without a dashboard: ${error.message}`);
        return undefined;
      },
    );
  }

  /** After all other reporters: what they write is there when the page names it. */
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
