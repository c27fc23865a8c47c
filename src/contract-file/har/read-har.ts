import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../kernel/errors.ts';
import { parsedJson } from '../shape.ts';

const pair = z.object({ name: z.string(), value: z.string().catch('') });
const pairs = z.array(pair).catch([]);

const messageSchema = z.object({ type: z.string(), time: z.number(), opcode: z.number(), data: z.string() });

/** The parts of a HAR that are read. Browsers add others, and leave some of these out. */
const entrySchema = z.object({
  startedDateTime: z.string(),
  time: z.number().catch(0),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: pairs,
    cookies: pairs,
    postData: z
      .object({
        mimeType: z.string().catch(''),
        text: z.string().optional(),
        params: pairs.optional(),
        _file: z.string().optional(),
      })
      .optional()
      .catch(undefined),
  }),
  response: z.object({
    status: z.number(),
    headers: pairs,
    cookies: pairs,
    content: z
      .object({
        mimeType: z.string().catch(''),
        text: z.string().optional(),
        encoding: z.string().optional(),
        _file: z.string().optional(),
      })
      .catch({ mimeType: '' }),
  }),
  _resourceType: z.string().optional().catch(undefined),
  _webSocketMessages: z.array(messageSchema).optional(),
});

type WrittenEntry = z.output<typeof entrySchema>;

export interface Frame {
  readonly atMs: number;
  readonly isSent: boolean;
  readonly data: string | Buffer;
}

/** One request with its answer, or one WebSocket with its messages. */
export interface HarEntry {
  readonly url: URL;
  readonly method: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The headers, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly requestText: string | undefined;
  readonly request: unknown;
  readonly isForm: boolean;
  readonly status: number;
  readonly setCookies: ReadonlyMap<string, string>;
  readonly answerText: string | undefined;
  /** The answer as JSON; undefined if it is not JSON. */
  readonly answer: unknown;
  readonly mimeType: string;
  readonly resourceType: string | undefined;
  /** Undefined if the entry is not a WebSocket, or its messages were not recorded. */
  readonly frames: readonly Frame[] | undefined;
  readonly isSocket: boolean;
}

/** Reads a recording of a browser. @throws {UserError} if the text is not a HAR */
export function readHar(text: string, name: string): HarEntry[] {
  const refused = (reason: string) =>
    new UserError(
      `"${name}" is not a HAR recording: ${reason}. Save one in the network panel of a browser ("Save all as HAR").`,
    );
  const written = parsedJson(text);
  if (written === undefined) throw refused('it is not JSON');
  const read = z.object({ log: z.object({ entries: z.array(z.unknown()) }) }).safeParse(written);
  if (!read.success) throw refused('it has no `log.entries`');
  const entries = read.data.log.entries.map((entry, index) => {
    const one = entrySchema.safeParse(entry);
    if (one.success && URL.canParse(one.data.request.url)) return entryOf(one.data, dirname(name));
    throw new UserError(
      `"${name}" is damaged: entry ${index + 1} of \`log.entries\` has no valid request and answer. Record it again.`,
    );
  });
  return entries.sort((one, other) => one.startMs - other.startMs);
}

function entryOf(written: WrittenEntry, folder: string): HarEntry {
  const { request, response, _resourceType: resourceType } = written;
  const url = new URL(request.url);
  const startMs = Date.parse(written.startedDateTime);
  const { mimeType } = response.content;
  const isSocket = /^wss?:$/.test(url.protocol) || resourceType === 'websocket';
  const headers = new Map(request.headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const answerText = textOf(response.content, folder, isSocket);
  const requestText = sentText(request.postData, folder);
  const { value, isForm } = requestBody(request.postData, requestText);
  return {
    url,
    method: request.method.toUpperCase(),
    startMs,
    endMs: startMs + Math.max(0, written.time),
    headers,
    cookies: cookiesOf(request.cookies, headers.get('cookie')),
    requestText,
    request: value,
    isForm,
    status: response.status,
    setCookies: setCookiesOf(response),
    answerText,
    answer: parsedJson(answerText),
    mimeType,
    resourceType,
    frames: framesOf(written, folder),
    isSocket,
  };
}

function cookiesOf(written: readonly z.output<typeof pair>[], header = ''): Map<string, string> {
  const parsed = header
    .split(/;\s*/)
    .filter((part) => part.includes('='))
    .map((part): [string, string] => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]);
  return new Map([...parsed, ...written.map(({ name, value }): [string, string] => [name, value])]);
}

function setCookiesOf({ headers, cookies }: WrittenEntry['response']): Map<string, string> {
  const lines = headers
    .filter(({ name }) => /^set-cookie$/i.test(name))
    .flatMap(({ value }) => value.split('\n'));
  const parsed = lines.flatMap((line): [string, string][] => {
    const [, name, value] = /^\s*([^=;]+)=([^;]*)/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  });
  return new Map([...cookies.map(({ name, value }): [string, string] => [name, value]), ...parsed]);
}

/** The text of a request. Playwright's `content: 'attach'` writes it to a file, and leaves `text` empty. */
function sentText(written: WrittenEntry['request']['postData'], folder: string): string | undefined {
  const file = written?.text ? undefined : written?._file;
  return file === undefined ? written?.text : attached(folder, file);
}

function requestBody(
  written: WrittenEntry['request']['postData'],
  text: string | undefined,
): { value: unknown; isForm: boolean } {
  if (!written) return { value: undefined, isForm: false };
  const isForm = /form/.test(written.mimeType);
  if (!isForm) return { value: parsedJson(text), isForm };
  const fields = written.params?.length
    ? written.params.map(({ name, value }): [string, string] => [name, value])
    : [...new URLSearchParams(text ?? '')];
  return { value: Object.fromEntries(fields), isForm };
}

function textOf(
  { text, encoding, _file }: WrittenEntry['response']['content'],
  folder: string,
  isSocket: boolean,
) {
  if (text !== undefined) return encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return _file === undefined || isSocket ? undefined : attached(folder, _file);
}

/** Reads a file that Playwright's `content: 'attach'` wrote beside the recording. */
function attached(folder: string, file: string): string | undefined {
  if (basename(file) !== file) return undefined; // a recording must not read other folders
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return undefined;
  }
}

function framesOf(
  { _webSocketMessages: written, response }: WrittenEntry,
  folder: string,
): Frame[] | undefined {
  const file = response.content._file;
  const lines = file?.endsWith('.jsonl') ? attached(folder, file)?.trim().split('\n') : undefined;
  const messages = written ?? lines?.map((line) => messageSchema.parse(JSON.parse(line)));
  return messages?.map(({ type, time, opcode, data }) => ({
    // Chrome writes seconds, and Playwright milliseconds.
    atMs: time < 1e11 ? time * 1000 : time,
    isSent: type === 'send',
    data: opcode === 2 ? Buffer.from(data, 'base64') : data,
  }));
}
