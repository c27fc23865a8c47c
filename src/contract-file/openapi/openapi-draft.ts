// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { type Purpose, placeOf } from '../classify.ts';
import { addJourney, addTodo, type Draft, emptyDraft } from '../draft.ts';
import { isHand } from '../ranks.ts';
import { addHealth } from '../reads.ts';
import { leavesOf } from '../shape.ts';
import { mentions } from '../words.ts';
import type { OpenApiDocument } from './document.ts';
import { type DescribedCall, describedCalls } from './endpoints.ts';
import { addIdentity } from './identity.ts';
import { addOperations, type Placed } from './openapi-operations.ts';
import { addressOf } from './servers.ts';

/** Drafts a contract from an OpenAPI document. Each guess has a TODO. */
export function openApiDraft(document: OpenApiDocument): { draft: Draft; notes: string[] } {
  const draft = emptyDraft();
  const { url, prefix } = addressOf(document);
  const calls = describedCalls(document, prefix);
  const { title } = document.follow(document.root.info) ?? {};
  if (typeof title === 'string') draft.name = title.slice(0, 80);
  draft.service.url = url ?? '${env.SERVICE_URL}';
  const placed = calls.flatMap((call) => placesOf(call));
  const collection = mainCollection(placed);
  draft.service.base = baseOf(
    placed.find((one) => collectionOf(one) === collection),
    draft,
  );
  const checks = placed.filter(({ purpose }) => purpose === 'health.get').map(({ call }) => call);
  addHealth(draft, 'the document has', checks.find(({ path }) => /health/i.test(path)) ?? checks[0]);
  addTodo(draft, ['service'], 'socket', MISSING.socket);
  addIdentity(document, calls, draft);
  const used = addOperations(
    placed.filter((one) => collectionOf(one) === collection),
    draft,
  );
  addJourney(draft);
  noteMissing(draft);
  return { draft, notes: [leftOut(calls, used)].filter((note) => note !== '') };
}

/** The place of a call among the operations; two places if a flag in its body raises or lowers the hand. */
function placesOf(call: DescribedCall): Placed[] {
  const flag = handFlag(call);
  if (!flag) return [{ ...placeOf(call), call }];
  return [true, false].map((value) => ({ ...placeOf({ ...call, flag: value }), call }));
}

function handFlag({ segments, request, method }: DescribedCall): boolean {
  if (method === 'get' || method === 'delete') return false;
  const flags = leavesOf(request).filter(({ shape }) => shape.type === 'boolean');
  const isInPath = segments.some((one) => typeof one === 'string' && mentions(one, 'hand'));
  return flags.some(({ path, shape }) => isHand(path, shape)) || (isInPath && flags.length === 1);
}

function collectionOf({ call, collection }: Placed): string {
  return JSON.stringify(call.segments.slice(0, collection));
}

/** The collection of meetings for which the document describes the most operations. */
function mainCollection(placed: readonly Placed[]): string | undefined {
  const purposes = new Map<string, Set<Purpose>>();
  for (const one of placed) {
    if (one.collection === 0 || one.purpose === undefined) continue;
    const key = collectionOf(one);
    purposes.set(key, (purposes.get(key) ?? new Set()).add(one.purpose));
  }
  const [best] = [...purposes].sort(([, one], [, other]) => other.size - one.size);
  return best?.[0];
}

function baseOf(placed: Placed | undefined, draft: Draft): string {
  if (!placed) return '';
  const parts = placed.call.segments.slice(0, placed.collection);
  for (const part of parts)
    if (typeof part !== 'string')
      addTodo(
        draft,
        ['service', 'base'],
        'base',
        `write the value of "${part.variable}" that all calls use; the path has the bare word now.`,
      );
  return parts.map((part) => `/${typeof part === 'string' ? part : part.variable}`).join('');
}

function noteMissing(draft: Draft): void {
  const { operations } = draft;
  if (!operations['meeting.create']) {
    draft.meetings = { fixed: ['room-1'] };
    addTodo(draft, ['meetings'], 'meetings', MISSING.meetings);
  }
  for (const name of ['meeting.join', 'meeting.leave'] as const)
    if (!operations[name]) addTodo(draft, ['operations'], name, MISSING[name]);
  addTodo(draft, ['events'], 'events', MISSING.events);
}

const MISSING = {
  socket:
    'OpenAPI does not describe Socket.IO. Record two users and run from-har, or write `socket: { path: /socket.io, namespace: / }`. Without Socket.IO, remove this line.',
  meetings: 'the document has no call that creates a meeting. Write the ids of meetings that exist.',
  'meeting.join':
    'the document has no call by which a user joins a meeting. If users join over the socket, write `room.enter`, or see from-har.',
  'meeting.leave':
    'the document has no call by which a user leaves. If the end of the connection does it, write `{ disconnect: true }`.',
  events:
    'OpenAPI does not describe the events that the others in a room receive. from-har finds them, and which operation causes which (`causes`).',
};

function leftOut(calls: readonly DescribedCall[], used: ReadonlySet<DescribedCall>): string {
  const around = calls.filter((call) => ['login', 'health.get'].includes(placeOf(call).purpose ?? ''));
  const others = calls.filter((call) => !used.has(call) && !around.includes(call));
  if (others.length === 0) return '';
  const shown = others.slice(0, 5).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  return `Left out, because the harness does not use ${others.length === 1 ? 'it' : 'them'}: ${shown.join(', ')}${more}.`;
}
