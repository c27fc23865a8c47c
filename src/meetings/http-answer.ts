import type { RequestContext } from '../request-context/request-context.ts';
import { causeIn } from './answer.ts';

export type Response = Awaited<ReturnType<RequestContext['fetch']>>;

const LONGEST_SAMPLE = 300;

/**
 * The body. Undefined for a body that is not JSON, such as the HTML page of a proxy. The content type does not matter:
 * reading the headers costs more than the parser takes to notice.
 */
export async function parse(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Status and the service's own code or message: `403 MEETING_FULL`, `500 "Deadlock found when trying to get lock"`. */
export async function causeOf(response: Response, body: unknown): Promise<string> {
  const status = String(response.status());
  const message = causeIn(body === undefined ? await plainText(response) : body);
  // The message of a limiter differs from call to call.
  const shown = status === '429' ? message.replace(/ ?".*"$/, '') : message;
  return shown === '' ? status : `${status} ${shown}`;
}

/** Empty for the page of a proxy, which is too long for a table of causes. */
async function plainText(response: Response): Promise<string> {
  const text = await textOf(response);
  return text.trimStart().startsWith('<') ? '' : text.split('\n', 1)[0]!;
}

/** The beginning of the answer, as an example of its failure. */
export async function sampleOf(response: Response): Promise<string> {
  return `${response.status()} ${await textOf(response)}`.trim().slice(0, LONGEST_SAMPLE);
}

function textOf(response: Response): Promise<string> {
  return response.text().catch(() => '');
}
