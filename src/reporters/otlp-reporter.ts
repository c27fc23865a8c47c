import type { Reporter } from '@playwright/test/reporter';
import { loadSettings } from '../config/environment.ts';
import { OtlpPush, otlpReceiver } from '../dashboard/otlp-push.ts';
import { liveRun } from './live-reporter.ts';

/** Pushes the metrics of the live run by OTLP if a receiver is set. A failure does not affect the run. */
export default class OtlpReporter implements Reporter {
  #starting: Promise<OtlpPush | undefined> | undefined;

  onBegin(): void {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = loadSettings();
    const run = liveRun();
    if (!run || !endpoint) return;
    this.#starting = OtlpPush.start(run, otlpReceiver(endpoint, headers)).catch((error: Error) => {
      run.emit('notice', `The run continues without OTLP: ${error.message}`);
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
