/** HAR recordings as Chrome saves them. Parts that are missing here are missing in Chrome, too. */

interface Call {
  readonly at: number;
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly status?: number;
  readonly answer?: unknown;
  readonly mimeType?: string;
  readonly setCookie?: string;
  readonly resourceType?: string;
}

/** The beginning of each recording. */
export const DAY_MS = Date.UTC(2026, 4, 4, 9, 0, 0);
const when = (at: number) => new Date(DAY_MS + at).toISOString();
const pairs = (headers: Readonly<Record<string, string>> = {}) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));

/** A request with its answer. Times are ms after the beginning. */
export function call({
  at,
  method = 'GET',
  url,
  headers,
  json,
  text,
  status = 200,
  answer,
  mimeType,
  setCookie,
  resourceType = 'fetch',
}: Call): object {
  const body = json === undefined ? text : JSON.stringify(json);
  return {
    _resourceType: resourceType,
    startedDateTime: when(at),
    time: 5,
    request: {
      method,
      url,
      httpVersion: 'http/2.0',
      headers: [{ name: ':authority', value: new URL(url).host }, ...pairs(headers)],
      cookies: [],
      ...(body === undefined
        ? {}
        : { postData: { mimeType: json === undefined ? 'text/plain' : 'application/json', text: body } }),
    },
    response: {
      status,
      headers: setCookie === undefined ? [] : [{ name: 'set-cookie', value: setCookie }],
      cookies: [],
      content: {
        mimeType: mimeType ?? 'application/json',
        ...(answer === undefined
          ? {}
          : { text: typeof answer === 'string' ? answer : JSON.stringify(answer) }),
      },
    },
  };
}

/**
 * One message of a WebSocket: sent if it begins with `>`, received if it begins with `<`, and binary after `bytes:`.
 */
export type Line = readonly [at: number, text: string];

export function webSocket(
  url: string,
  at: number,
  lines: readonly Line[],
  headers: Readonly<Record<string, string>> = {},
): object {
  return {
    _resourceType: 'websocket',
    _webSocketMessages: lines.map(([time, text]) => ({
      type: text.startsWith('>') ? 'send' : 'receive',
      // Chrome writes seconds.
      time: (DAY_MS + time) / 1000,
      opcode: text.startsWith('bytes:', 1) ? 2 : 1,
      data: text.slice(1).replace(/^bytes:/, ''),
    })),
    startedDateTime: when(at),
    time: 60_000,
    request: { method: 'GET', url, headers: pairs({ Upgrade: 'websocket', ...headers }), cookies: [] },
    response: { status: 101, headers: [], cookies: [], content: { size: 0, mimeType: 'x-unknown' } },
  };
}

/** The same recording as Playwright's `content: 'attach'` writes it: its bodies and messages are files beside it. */
export function withAttachments(recording: string, prefix: string): Record<string, string> {
  const attachments: Record<string, string> = {};
  const attach = (text: string, ending: string) => {
    const name = `${prefix}-${Object.keys(attachments).length}.${ending}`;
    attachments[name] = text;
    return name;
  };
  const { log } = JSON.parse(recording);
  for (const { request, response, ...entry } of log.entries) {
    if (request.postData?.text) {
      request.postData._file = attach(request.postData.text, 'txt');
      request.postData.text = '';
    }
    const { text, ...content } = response.content;
    if (text !== undefined) response.content = { ...content, _file: attach(text, 'json') };
    const { _webSocketMessages: messages } = entry;
    if (messages) {
      const lines = messages.map((message: object) => JSON.stringify(message));
      response.content._file = attach(lines.join('\n'), 'jsonl');
    }
  }
  for (const entry of log.entries) delete entry._webSocketMessages;
  return { [`${prefix}.har`]: JSON.stringify({ log }), ...attachments };
}

export function har(...entries: object[]): string {
  return JSON.stringify({
    log: { version: '1.2', creator: { name: 'WebInspector', version: '537.36' }, entries },
  });
}
