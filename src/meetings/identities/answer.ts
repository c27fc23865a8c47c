import type { APIResponse } from '@playwright/test';
import { jsonIn } from '../../kernel/json.ts';
import { hideSecret, withoutSecrets } from '../../kernel/secrets.ts';

/** An answer as expressions read it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or the text if it is not JSON. */
  readonly body: unknown;
  readonly cookies: Readonly<Record<string, string>>;
  readonly text: string;
}

const SHOWN = 200;

export async function answerOf(response: APIResponse): Promise<Answer> {
  const text = await response.text();
  const json = jsonIn(text);
  return {
    status: response.status(),
    headers: response.headers(),
    body: json === undefined ? text : json,
    cookies: cookiesIn(response.headersArray()),
    text,
  };
}

/** An answer in one line for messages, without known secrets and without the secrets sent with the call. */
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

/** A deleted or empty cookie does not count. */
function cookiesIn(headers: readonly { name: string; value: string }[]): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const { name, value } of headers) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    // Playwright's own context joins several cookies by line breaks.
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
