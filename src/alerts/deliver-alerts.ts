import { type GitHubActions, githubActions } from '../config/github.ts';
import { finishedText } from '../kernel/finished-text.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert } from './alert.ts';
import { annotations } from './annotations.ts';
import type { SendOptions } from './send.ts';
import { sendAlert, type WebhookSettings } from './send-alert.ts';
import { alertMarkdown, appendToStepSummary } from './step-summary.ts';

export interface DeliverOptions extends SendOptions {
  /** undefined: there is nothing to tell, and only the summary of the step is written. */
  readonly alert: Alert | undefined;
  /** The reports of the run, for the summary of the step; what degraded stands above them. */
  readonly markdown: string;
  readonly settings: WebhookSettings;
  readonly github?: GitHubActions;
}

/**
 * Tells of a run: to the webhook, and to GitHub where it runs there. Answers the lines to print on the standard
 * output, annotations among them. Never throws, and takes no longer than its limits: whoever is not reached, the
 * verdict stands.
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
      const told = alert && (await sendAlert(alert, settings, options));
      return told ? [told.line] : [];
    }),
    guarded('the summary of the step', async () => {
      const text = alert ? `${alertMarkdown(alert)}\n${markdown}` : markdown;
      if (github.stepSummary !== undefined)
        await appendToStepSummary(github.stepSummary, finishedText('summary.md', text));
      return [];
    }),
  ];
  return (await Promise.all(ways)).flat().map(lastLook);
}

/** What goes wrong here is one line, without a word of the error: it may hold anything. */
async function guarded(what: string, way: () => Promise<string[]>): Promise<string[]> {
  try {
    return await way();
  } catch (error) {
    const kind = error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown';
    return [`Alert    ${what} could not be made (${kind})`];
  }
}
