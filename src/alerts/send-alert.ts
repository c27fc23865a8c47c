import type { SettingValues } from '../config/schema.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert } from './alert.ts';
import { jsonMessage } from './json.ts';
import { type SendOptions, type Sent, send } from './send.ts';
import { slackMessage } from './slack.ts';

export type WebhookSettings = Pick<SettingValues, 'ALERT_WEBHOOK_URL' | 'ALERT_FORMAT'>;

/** Sends the alert in the configured format; undefined without a webhook. */
export async function sendAlert(
  alert: Alert,
  { ALERT_WEBHOOK_URL: webhook, ALERT_FORMAT: format }: WebhookSettings,
  options?: SendOptions,
): Promise<{ readonly sent: Sent; readonly line: string } | undefined> {
  if (webhook === undefined) return undefined;
  const isSlack = format === undefined ? webhook.isSlack : format === 'slack';
  const message = isSlack ? slackMessage(alert) : jsonMessage(alert);
  // The message may contain text of the service.
  const body = lastLook(JSON.stringify(message));
  const sent = await send({ webhook, body, key: `${alert.run.id}-${alert.status}` }, options);
  const line = sent.ok
    ? `Alert    sent to ${webhook.host}`
    : `Alert    could not be delivered to ${webhook.host}: ${sent.why}`;
  return { sent, line };
}
