import type { APIResponse } from '@playwright/test';
import { hideSecret, withoutSecrets } from '../../kernel/secrets.ts';

/** An answer as expressions read it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON where it is JSON; the text otherwise. */
  readonly body: unknown;
  readonly cookies: Readonly<Record<string, string>>;
  readonly text: string;
}

const SHOWN = 200;

export async function answerOf(response: APIResponse): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status(),
    headers: response.headers(),
    body: parsed(text),
    cookies: cookiesIn(response.headersArray()),
    text,
  };
}

/** An answer in one line for messages, without secrets and without those that were sent with the call. */
export function shownAnswer(text: string, sent: readonly string[]): string {
  const shown = sent.map(hideSecret);
  try {
    const line = withoutSecrets(text).replace(/\s+/g, ' ').trim();
    if (line === '') return '(empty)';
    return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  } finally {
    for (const again of shown) again();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A deleted or empty cookie does not count. */
function cookiesIn(headers: readonly { name: string; value: string }[]): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const { name, value } of headers) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    // Playwright's own context joins several of them by line breaks.
    for (const line of value.split('\n')) noteCookie(line, cookies);
  }
  return cookies;
}

function noteCookie(line: string, cookies: Record<string, string>): void {
  const [pair = ''] = line.split(';', 1);
  const equals = pair.indexOf('=');
  if (equals <= 0) return;
  const [name, content] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  if (content === '' || /;\s*max-age=(?:0|-\d+)\s*(?:;|$)/i.test(line)) delete cookies[name];
  else cookies[name] = content;
}
