// biome-ignore-all lint/suspicious/noTemplateCurlyInString: descriptions show what is written in a contract file
import { z } from 'zod';
import { identitySchema, sendSchema } from '../identities/schema.ts';
import { duration, optional, RANGE, rangeIn, UNITS } from '../written-values.ts';

/**
 * The shape of a contract file, as it is written: `docs/contract-file.md` shows it as tables, and
 * `docs/contract.schema.json` is made from it for editors.
 */

const computed = z.custom<(values: Readonly<Record<string, unknown>>) => unknown>(
  (value) => typeof value === 'function',
);

/** CEL, or a function in `contract.ts`. */
const expression = z.union([z.string().min(1), computed], 'an expression, such as body.data.id');
/** Text with `${expression}` in it. */
const text = z.union([z.string(), computed], 'a text');
/** An expression, or a list of which the first value counts. */
const read = z.union([expression, z.array(expression).min(1)], 'an expression, or a list of expressions');
/** The path of a call, below a base. */
const path = z.union(
  [z.string().regex(/^(?:$|[/?]|\$\{)/, 'a path that begins with /, or nothing'), computed],
  'a path that begins with /, or nothing',
);
const base = z.string().regex(/^(?:\/.*[^/])?$/, 'a path such as /api/v1, without / at its end');
/** Anything that JSON can be, with `${expression}` in its texts. */
const template = z.unknown();
const texts = z.record(z.string(), text);

/** Longer values mean that the service does not detect lost participants. */
const LONGEST_DETECTION_MS = 3_600_000;

const detection = duration('a duration such as 45s or 10m').refine(
  (ms) => ms <= LONGEST_DETECTION_MS,
  'a duration of at most 1h',
);

const RATE = /^(\d+)\s*\/\s*(?:(\d+)\s*)?(s|m|h)$/;
const RATE_RULE = 'calls within a time, such as 20/300s or 60/m';

/** `20/300s`: at most 20 calls of a user within 300 s. */
const rate = z
  .string(RATE_RULE)
  .regex(RATE, RATE_RULE)
  .transform((written) => {
    const [, calls, count = '1', unit] = RATE.exec(written) as unknown as [string, string, string?, string?];
    return { calls: Number(calls), seconds: (Number(count) * UNITS[unit as keyof typeof UNITS]) / 1000 };
  })
  .refine(({ calls, seconds }) => calls > 0 && seconds > 0, 'at least one call, within more than 0 s');

const RANGE_RULE = 'two numbers such as 500..1500';

/** `500..1500`, the smaller first. */
const range = z
  .string(RANGE_RULE)
  .regex(RANGE, RANGE_RULE)
  .transform((written) => rangeIn(written)!)
  .refine(([low, high]) => low <= high, 'two numbers, the smaller first');

const roster = z.strictObject({
  list: expression.describe('the list of participants'),
  user: expression.describe('the id of the user of one entry: `item.userId`'),
  role: optional(read, 'the role of one entry'),
  hand: optional(read, 'whether the hand of one entry is up: true, false, 1 or 0'),
});

const meetings = z.strictObject({
  list: expression.describe('the list of meetings'),
  id: expression.describe('the id of one entry: `item.id`'),
  title: optional(expression, 'the title of one entry'),
});

const advice = z.strictObject({
  enableAudioPriority: expression.optional(),
  recommendedBitrate: optional(expression, 'in kbps'),
  packetLossAcceptable: expression.optional(),
  actions: expression.optional(),
});

const awaited = z.strictObject({
  on: z.string().min(1).describe('name of the event'),
  when: optional(expression, 'whether it is meant, where several share a name'),
});
const refusal = z.union(
  [z.string().min(1), awaited],
  'the name of an event, or { on: name, when: expression }',
);
const reply = z.union(
  [z.string().min(1), awaited],
  'ack, none, the name of an event, or { on: name, when: expression }',
);

export const VERBS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** An operation: exactly one of the verbs, `emit` and `disconnect`. */
export const operationSchema = z.strictObject({
  get: optional(path, 'path of a GET, below `service.base`'),
  post: optional(path, 'path of a POST'),
  put: optional(path, 'path of a PUT'),
  patch: optional(path, 'path of a PATCH'),
  delete: optional(path, 'path of a DELETE'),
  emit: optional(z.string().min(1), 'name of the message that is sent over the socket'),
  disconnect: optional(z.literal(true), 'the operation is the end of the connection'),
  base: optional(base, 'before the path, in the place of `service.base`'),
  query: optional(texts, 'query of the call; a missing value is left out'),
  header: optional(texts, 'further headers of the call'),
  json: optional(template, 'body of the call or payload of the message'),
  args: optional(z.array(template), 'several values of a message, in the place of `json`'),
  reply: optional(reply, 'what answers a message: `ack`, `none`, or the name of an event; `ack` is usual'),
  refusal: optional(refusal, 'the event that reports a refusal'),
  ok: optional(expression, 'whether the answer is a success; without it each 2xx, and each reply, is one'),
  meeting: optional(expression, 'the id of the meeting that the answer is about'),
  user: optional(expression, 'the id of the user that the answer is about'),
  state: optional(expression, 'the state of the meeting, such as active or ended'),
  roster: optional(roster, 'the participants in the answer'),
  meetings: optional(meetings, 'the meetings in the answer'),
  advice: optional(advice, 'advice on the network in the answer'),
  causes: optional(z.string(), 'the event that the others in the room get'),
  only: optional(z.literal('conduct'), 'conduct alone asks it: benchmarks leave it out'),
});

const event = z.strictObject({
  on: z.string().min(1).describe('name of the event on the socket'),
  when: optional(expression, 'whether it is this event, where several share a name'),
  meeting: optional(expression, 'the id of its meeting; without it, the one whose room the client entered'),
  user: optional(expression, 'the id of the user that it is about'),
  match: optional(expression, 'what tells it from others of its name, in the place of the user'),
  time: optional(expression, 'when it happened, by the clock of the service; usually `payload.timestamp`'),
  role: optional(read, 'the role of the user'),
  hand: optional(read, 'whether the hand of the user is up'),
});

const probe = z.strictObject({
  get: z.string().regex(/^\//, 'a path that begins with /').describe('path below `service.url`'),
  ok: optional(expression, 'whether the answer is good; without it each 2xx is'),
});

const socket = z.strictObject({
  url: optional(z.string(), 'address of Socket.IO, when it is not that of HTTP'),
  path: optional(z.string().regex(/^\//, 'a path that begins with /'), 'usually /socket.io'),
  namespace: optional(z.string().regex(/^\//, 'a namespace that begins with /'), 'usually /'),
  transports: optional(z.array(z.enum(['websocket', 'polling'])).min(1), 'usually [websocket]'),
});

const service = z.strictObject({
  url: optional(z.string(), 'HTTP address; MEETINGS_SERVICE_URL wins'),
  reference: optional(
    z.boolean(),
    'true: without an address, a run starts the reference service of fullhouse; for contracts that describe it',
  ),
  base: optional(base, 'path before that of each operation'),
  health: optional(probe, 'the health check; usually GET /health'),
  socket: optional(socket, 'leave it out where the service has no Socket.IO'),
});

const metrics = z.strictObject({
  get: optional(z.string().regex(/^\//, 'a path that begins with /'), 'usually /metrics'),
  durations: optional(
    z.string(),
    'histogram of the durations of requests; usually http_request_duration_seconds',
  ),
  routes: optional(
    z.record(z.string(), z.string()),
    'route of each operation in these metrics: `POST /:id/join`',
  ),
});

export const OFFERED = ['roster', 'hand', 'events', 'page', 'metrics'] as const;

export const contractSchema = z.strictObject({
  $schema: optional(z.string(), 'for editors'),
  contract: z.literal('fullhouse/1').describe('the version of this format'),
  name: optional(z.string().max(80), 'the name of the service in reports'),
  service,
  identity: identitySchema,
  send: sendSchema.optional(),
  operations: z.record(z.string(), operationSchema).describe('what a client can ask, by name'),
  events: optional(z.record(z.string(), event), 'what the service sends to the room, by name'),
  journey: optional(
    z.strictObject({
      mix: optional(z.record(z.string(), z.number().min(0)), 'weights of the actions'),
      actions: optional(z.number().int().min(0), 'actions between joining and leaving'),
      think: optional(range, 'pause between two actions in ms: 500..1500'),
    }),
    'what a participant does between joining and leaving',
  ),
  limits: optional(
    z.record(z.string(), rate),
    'calls that each user may make; operations with a comma between them share a limit',
  ),
  rateLimited: optional(expression, 'whether a refusal is one of the rate limit: usually status == 429'),
  detection: optional(detection, 'after this time the service removes a participant who is gone'),
  meetings: optional(
    z.strictObject({
      fixed: optional(z.array(z.string().min(1)).min(1), 'ids of meetings that are there'),
      file: optional(z.string(), 'file with one id in each line'),
      named: optional(text, 'name of a meeting that is there as soon as it is entered: `load-${unique}`'),
    }),
    'meetings that are there already; without it they are created',
  ),
  metrics: optional(metrics, 'the Prometheus metrics of the service'),
  has: optional(
    z.array(z.enum(OFFERED)),
    'what the service offers; what is not in the list is not looked for',
  ),
});

/** A contract as it is written: how clients use the service. docs/contract-file.md explains each key. */
export type WrittenContract = z.input<typeof contractSchema>;
export type ReadContract = z.output<typeof contractSchema>;
export type ReadOperation = z.output<typeof operationSchema>;
export type ReadEvent = z.output<typeof event>;
