import { VERBS } from '../../meetings/contract/schema.ts';
import { type Endpoint, placeOf, type Segment } from '../classify.ts';
import { means } from '../words.ts';
import { isEngineIo } from './connections.ts';
import type { HarEntry } from './read-har.ts';

const STATIC_TYPES = new Set([
  'document',
  'stylesheet',
  'script',
  'image',
  'font',
  'media',
  'manifest',
  'ping',
  'preflight',
  'other',
  'texttrack',
]);
const STATIC_MIME = /html|css|javascript|image\/|font|audio\/|video\/|wasm/;

/** Whether an entry is a call of an API and not a part of a page. */
export function isApi(entry: HarEntry): boolean {
  if (entry.isSocket || isEngineIo(entry) || !/^https?:$/.test(entry.url.protocol)) return false;
  if (!(VERBS as readonly string[]).includes(entry.method.toLowerCase())) return false;
  const isJson = entry.answer !== undefined || entry.request !== undefined;
  const { resourceType } = entry;
  if (resourceType !== undefined && STATIC_TYPES.has(resourceType) && !isJson) return false;
  return (
    isJson || ((resourceType === 'fetch' || resourceType === 'xhr') && !STATIC_MIME.test(entry.mimeType))
  );
}

/** The call without the id of its meeting. */
export function endpointOf(entry: HarEntry): Endpoint {
  const method = entry.method.toLowerCase() as Endpoint['method'];
  const segments: Segment[] = segmentsOf(entry);
  const { collection } = placeOf({ method, segments });
  return {
    method,
    segments:
      meetingIdOf(entry) === undefined ? segments : segments.with(collection, { variable: 'meeting' }),
  };
}

/** The segment after the collection of meetings in a path, unless it is a word of the API. */
export function meetingIdOf(entry: HarEntry): string | undefined {
  const segments = segmentsOf(entry);
  const { collection } = placeOf({ method: entry.method.toLowerCase() as Endpoint['method'], segments });
  const id = collection > 0 ? segments[collection] : undefined;
  return id === undefined || isWord(id) ? undefined : id;
}

function segmentsOf({ url }: HarEntry): string[] {
  return url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A part of a path that is a word of the API, such as `create`. */
function isWord(segment: string): boolean {
  return (
    /^(create|new|me|mine|search|join|public|active|health|status|events?|invites?)$/.test(segment) ||
    means(segment, 'person')
  );
}
