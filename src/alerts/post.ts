import type { Dispatcher } from 'undici';
import type { Webhook } from '../config/secret-address.ts';
import { causeOfError } from '../request-context/failure.ts';
import { type FailedTry, retryAfterMs } from './retry.ts';

/** A try that did not deliver. `why` holds no part of the address. */
export interface Refused extends FailedTry {
  readonly why: string;
}

export interface Post {
  readonly webhook: Webhook;
  readonly body: string;
  /** The same for all tries, so that a receiver can tell a repeated message from a second one. */
  readonly key: string;
}

/** Posts once; undefined on success. Redirects are not followed: the message goes only to the configured host. */
export async function post(
  { webhook, body, key }: Post,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Refused | undefined> {
  try {
    const { url, authorization } = webhook.reveal();
    const { origin, pathname, search } = new URL(url);
    const answer = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'fullhouse',
        'idempotency-key': key,
        ...(authorization === undefined ? {} : { authorization }),
      },
      body,
      signal,
    });
    const { statusCode: status, headers } = answer;
    if (status >= 200 && status < 300) {
      answer.body.on('error', () => undefined).destroy();
      return undefined;
    }
    const header = headers['retry-after'];
    return {
      status,
      askedMs: retryAfterMs(typeof header === 'string' ? header : undefined, Date.now()),
      why: refusal(status, await wordIn(answer.body, webhook)),
    };
  } catch (error) {
    const cause = causeOfError(error);
    return { why: webhook.isIn(cause) ? 'the call failed' : cause };
  }
}

function refusal(status: number, word: string | undefined): string {
  if (status >= 300 && status < 400)
    return `HTTP ${status}: redirects are not followed. Set ALERT_WEBHOOK_URL to the final address`;
  return `HTTP ${status}${word === undefined ? '' : ` (${word})`}`;
}

const LONGEST_WORD = 60;

/** The error code of Slack, such as `no_service`. Any other answer is left out: it may repeat the address. */
async function wordIn(body: Dispatcher.ResponseData['body'], webhook: Webhook): Promise<string | undefined> {
  let text = '';
  try {
    // Leaving the loop ends the connection.
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > LONGEST_WORD) return undefined;
    }
  } catch {
    return undefined; // the status is enough
  }
  return /^[a-z]+(_[a-z]+)+$/.test(text) && !webhook.isIn(text) ? text : undefined;
}
