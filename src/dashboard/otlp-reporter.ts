import type { Reporter } from '@playwright/test/reporter';
import { loadSettings } from '../config/environment.ts';
import { liveRun } from '../live/live-reporter.ts';
import { OtlpPush, otlpReceiver } from './otlp-push.ts';

/** Pushes the run's metrics by OTLP while it goes on, where a receiver is set. Whatever becomes of it, the run goes on. */
export default class OtlpReporter implements Reporter {
  #starting: Promise<OtlpPush | undefined> | undefined;

  onBegin(): void {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = loadSettings();
    const run = liveRun();
    if (!run || !endpoint) return;
    this.#starting = OtlpPush.start(run, otlpReceiver(endpoint, headers)).catch((error: Error) => {
      run.emit('notice', `The run goes on without OTLP: ${error.message}`);
      return undefined;
    });
  }

  async onExit(): Promise<void> {
    await (await this.#starting)?.end();
  }

  printsToStdio(): boolean {
    return false;
  }
}
