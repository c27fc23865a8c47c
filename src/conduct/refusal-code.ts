import { record } from './record.ts';

/** A code is a word: a sentence in its place is no code. */
const CODE = /^[\w.:-]{2,60}$/;

/**
 * The code by which a program knows a refusal: the usual places of it, and what a problem detail (RFC 9457) has in its
 * place.
 */
export function codeIn(content: unknown): string | undefined {
  const body = record(content);
  const error = record(body?.error);
  const found = [body?.error, body?.code, error?.code, error?.type, body?.reason];
  return found.find((one): one is string => typeof one === 'string' && CODE.test(one)) ?? problemIn(body);
}

/** `about:blank` says that the title is that of the status. */
function problemIn(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const { type, title } = body ?? {};
  const found = [type, title].find((one) => typeof one === 'string' && one !== '' && one !== 'about:blank');
  return found as string | undefined;
}
