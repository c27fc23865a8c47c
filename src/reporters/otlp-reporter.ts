import type { Reporter } from '@playwright/test/reporter';
import { loadSettings } from '../config/environment.ts';
import { OtlpPush, otlpReceiver } from '../dashboard/otlp-push.ts';
import { liveRun } from './live-reporter.ts';

/** Pushes the run's metrics by OTLP while it goes on, where a receiver is set. The run does not depend on it. */
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
