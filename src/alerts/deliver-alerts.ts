import { type GitHubActions, githubActions } from '../config/github.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert } from './alert.ts';
import { annotations } from './annotations.ts';
import type { SendOptions } from './send.ts';
import { sendAlert, type WebhookSettings } from './send-alert.ts';
import { alertMarkdown, appendToStepSummary } from './step-summary.ts';

export interface DeliverOptions extends SendOptions {
  /** Undefined when there is nothing to report: then only the step summary is written. */
  readonly alert: Alert | undefined;
  /** The report of the run for the step summary, which shows the alert above it. */
  readonly markdown: string;
  readonly settings: WebhookSettings;
  readonly github?: GitHubActions;
}

/**
 * Sends the alert of a run to the webhook, and to GitHub in GitHub Actions. Returns the lines for standard output, with
 * annotations. Never throws, and ends within its time limits: an undelivered alert does not change the verdict.
 */
export async function deliverAlerts({
  alert,
  markdown,
  settings,
  github = githubActions(),
  ...options
}: DeliverOptions): Promise<string[]> {
  const tasks = [
    guarded('write the annotations', async () => (alert && github.annotates ? annotations(alert) : [])),
    guarded('send the message', async () => {
      const result = alert && (await sendAlert(alert, settings, options));
      return result ? [result.line] : [];
    }),
    guarded('write the step summary', async () => {
      const text = alert ? `${alertMarkdown(alert)}\n${markdown}` : markdown;
      if (github.stepSummary !== undefined) await appendToStepSummary(github.stepSummary, lastLook(text));
      return [];
    }),
  ];
  return (await Promise.all(tasks)).flat().map(lastLook);
}

/** An error becomes one line without its message, which may contain secrets. */
async function guarded(task: string, run: () => Promise<string[]>): Promise<string[]> {
  try {
    return await run();
  } catch (error) {
    const kind = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown';
    return [`Alert    cannot ${task} (${kind})`];
  }
}
