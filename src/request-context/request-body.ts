import { UserError } from '../kernel/errors.ts';
import type { CallOptions } from './request-context.ts';

export interface RequestBody {
  readonly content: string | Buffer;
  /** Sent unless the call or the context names another. */
  readonly type: string;
}

export function refuseTwoBodies({ data, form, multipart }: CallOptions): void {
  if ([data, form, multipart].filter((body) => body !== undefined).length > 1) {
    throw new UserError('A call has one body. Give only one of data, form and multipart.');
  }
}

/** What `data` or `form` send, by Playwright's rules. */
export function requestBody({ data, form, headers }: CallOptions): RequestBody | undefined {
  if (form !== undefined) return { content: encodeForm(form), type: 'application/x-www-form-urlencoded' };
  if (data === undefined) return undefined;
  if (Buffer.isBuffer(data)) return { content: data, type: 'application/octet-stream' };
  if (typeof data !== 'string') return { content: JSON.stringify(data), type: 'application/json' };
  // A text that claims to be JSON is sent as it is when it is JSON, and as a JSON string when it is not.
  if (!claimsJson(headers)) return { content: data, type: 'application/octet-stream' };
  return { content: isJson(data) ? data : JSON.stringify(data), type: 'application/json' };
}

function encodeForm(form: NonNullable<CallOptions['form']>): string {
  const fields = new URLSearchParams();
  if (form instanceof FormData) {
    for (const [name, value] of form.entries()) {
      if (typeof value !== 'string') {
        throw new UserError(`form field "${name}" is a file. Only text can be sent as a form.`);
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
