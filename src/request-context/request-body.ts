import { UserError } from '../kernel/errors.ts';
import type { CallOptions } from './request-context.ts';

export function refuseTwoBodies({ data, form, multipart }: CallOptions): void {
  if ([data, form, multipart].filter((body) => body !== undefined).length > 1) {
    throw new UserError('A call has one body. Give only one of data, form and multipart.');
  }
}

/**
 * The body for `data` or `form`, by the rules of Playwright, with its default content type: a header of the call or of the
 * context replaces it.
 */
export function requestBody({ data, form, headers }: CallOptions) {
  if (form !== undefined) return { content: encodeForm(form), type: 'application/x-www-form-urlencoded' };
  if (data === undefined) return undefined;
  if (Buffer.isBuffer(data)) return { content: data, type: 'application/octet-stream' };
  if (typeof data !== 'string') return { content: JSON.stringify(data), type: 'application/json' };
  // A text with the content type JSON is sent unchanged if it is JSON, and otherwise as a JSON string.
  if (!claimsJson(headers)) return { content: data, type: 'application/octet-stream' };
  return { content: isJson(data) ? data : JSON.stringify(data), type: 'application/json' };
}

function encodeForm(form: NonNullable<CallOptions['form']>): string {
  const fields = new URLSearchParams();
  if (form instanceof FormData) {
    for (const [name, value] of form.entries()) {
      if (typeof value !== 'string') {
        throw new UserError(
          `Form field "${name}" is a file, but a form can send only text. Use multipart with REQUEST_CONTEXT=playwright.`,
        );
      }
      fields.append(name, value);
    }
  } else {
    for (const [name, value] of Object.entries(form)) {
      if (value !== undefined) fields.append(name, String(value));
    }
  }
  return fields.toString();
}

function claimsJson(headers: CallOptions['headers']): boolean {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() === 'content-type') {
      return value.split(';')[0]!.trim().toLowerCase() === 'application/json';
    }
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
