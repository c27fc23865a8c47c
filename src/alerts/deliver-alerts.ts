import { type GitHubActions, githubActions } from '../config/github.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert } from './alert.ts';
import { annotations } from './annotations.ts';
import type { SendOptions } from './send.ts';
import { sendAlert, type WebhookSettings } from './send-alert.ts';
import { alertMarkdown, appendToStepSummary } from './step-summary.ts';

export interface DeliverOptions extends SendOptions {
  /** undefined: there is nothing to report, and only the summary of the step is written. */
  readonly alert: Alert | undefined;
  /** The reports of the run, for the summary of the step; what degraded stands above them. */
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
  const ways = [
    guarded('the annotations', async () => (alert && github.annotates ? annotations(alert) : [])),
    guarded('the message', async () => {
      const result = alert && (await sendAlert(alert, settings, options));
      return result ? [result.line] : [];
    }),
    guarded('the summary of the step', async () => {
      const text = alert ? `${alertMarkdown(alert)}\n${markdown}` : markdown;
      if (github.stepSummary !== undefined) await appendToStepSummary(github.stepSummary, lastLook(text));
      return [];
    }),
  ];
  return (await Promise.all(ways)).flat().map(lastLook);
}

/** An error becomes one line without its message, which may contain secrets. */
async function guarded(what: string, way: () => Promise<string[]>): Promise<string[]> {
  try {
    return await way();
  } catch (error) {
    const kind = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown';
    return [`Alert    ${what} could not be made (${kind})`];
  }
}
