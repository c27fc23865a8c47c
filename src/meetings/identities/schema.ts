// biome-ignore-all lint/suspicious/noTemplateCurlyInString: descriptions show what is written in a contract file
import { z } from 'zod';
import { compileExpression, compileTemplate, ExpressionError, type Values } from '../expressions.ts';
import { duration, optional, rangeIn } from '../written-values.ts';

/** The sections `identity:` and `send:` of a contract file: the users, and how a client identifies itself. */

const computed = z.custom<(values: Values) => unknown>((value) => typeof value === 'function');

/** Reports the mistake in an expression or template, with its place. */
function compiles(compile: (written: never, place: 'identity') => unknown) {
  return (written: unknown, context: z.core.$RefinementCtx) => {
    try {
      compile(written as never, 'identity');
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const message = error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
      context.addIssue({ code: 'custom', message, params: { quotesValue: true } });
    }
  };
}

/** CEL, or a function in `contract.ts`. */
const expression = z.union([z.string().min(1), computed]).superRefine(compiles(compileExpression));
/** Text with `${expression}` in it. */
const text = z.union([z.string().min(1), computed]).superRefine(compiles(compileTemplate));
/** Anything that JSON can be, with `${expression}` in its texts. */
const template = z.unknown().superRefine(compiles(compileTemplate));
const templates = z.record(z.string(), template);
const texts = z.record(z.string(), text);

const DURATION_RULE = 'a duration above zero, such as 90s, 10m or 1h';
const time = duration(DURATION_RULE).refine((ms) => ms > 0, DURATION_RULE);

/** The number of users does not identify a user. */
const isCount = (written: unknown) => /^[1-9]\d*$/.test(String(written));
const rangeTo = (count: unknown) => `1..${String(count)}`;

/** `1..200` are numbered users; anything else is the path of a file with one user in each row. */
const users = z
  .string({ error: ({ input }) => (isCount(input) ? rangeTo(input) : undefined) })
  .min(1)
  .refine((written) => !isCount(written), { error: ({ input }) => rangeTo(input) })
  .refine((written) => {
    const range = rangeIn(written);
    return !range || range[0] <= range[1];
  }, 'two numbers, the smaller first, such as 1..200')
  .transform((written): { first: number; last: number } | { file: string } => {
    const range = rangeIn(written);
    return range ? { first: range[0], last: range[1] } : { file: written };
  })
  .describe(
    'the users that exist: numbers such as `1..200`, or a CSV or JSON file with one user in each row',
  );

const ALGORITHMS = [
  ...(['HS256', 'HS384', 'HS512'] as const),
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
];

const renew = time.optional().describe('how often an open user gets a new token, such as `10m`');
const user = expression.describe('the id under which the service knows the user');

const jwtFields = z.strictObject({
  alg: z
    .enum(ALGORITHMS)
    .optional()
    .describe('usually HS256 with a secret, and what fits the key with a key'),
  secret: optional(text, 'HS256: the secret with which the service verifies tokens: `${env.JWT_SECRET}`'),
  key: text
    .optional()
    .describe('RS256, ES256, EdDSA: the path of a private key, as PEM, JWK or JWKS, or the key itself'),
  kid: optional(text, 'the id of the key, in the header of each token; of a JWKS it selects the key'),
  claims: templates
    .optional()
    .describe('usually `{ userId: "${user}", sub: "${user}", type: access }`; `iat` and `exp` are added'),
  expires: optional(time, 'how long a token is valid; usually 24h'),
  renew: renew.describe(
    'how often an open user gets a new token; usually half of `expires`, where that is given',
  ),
  users: users.optional(),
  user: optional(user, 'the id of the user, with `users`: `row.id`'),
});

const jwt = jwtFields.superRefine((read, context) => {
  for (const [path, message] of jwtMistakes(read))
    context.addIssue({ code: 'custom', path: [path], message });
  noteMissingUsers(read, context);
});

function jwtMistakes(read: z.output<typeof jwtFields>): [string, string][] {
  const mistakes: [string, string][] = [];
  const isHmac = read.alg?.startsWith('HS');
  if ((read.secret === undefined) === (read.key === undefined))
    mistakes.push(['secret', 'exactly one of `secret` (HS256) and `key` (RS256, ES256, EdDSA) is needed']);
  else if (isHmac === true && read.secret === undefined)
    mistakes.push(['key', `${read.alg} signs with a secret: use \`secret\`, or alg RS256, ES256 or EdDSA`]);
  else if (isHmac === false && read.key === undefined)
    mistakes.push(['secret', `${read.alg} signs with a private key: use \`key\`, or alg HS256`]);
  if (read.renew !== undefined && read.renew >= (read.expires ?? Number.POSITIVE_INFINITY))
    mistakes.push(['renew', 'tokens expire before they are renewed: use less than `expires`']);
  if (read.users !== undefined && read.user === undefined)
    mistakes.push(['user', '`users` needs `user`, the place of the user id, such as row.id']);
  if (read.users === undefined && read.user !== undefined)
    mistakes.push([
      'user',
      'without `users` the harness chooses the ids itself: add `users`, or remove `user`',
    ]);
  return mistakes;
}

const login = z
  .strictObject({
    post: optional(text, 'path below `service.url`, or a whole address'),
    put: optional(text, 'the same, of a PUT'),
    get: optional(text, 'the same, of a GET'),
    json: optional(template, 'the body of the call: `{ email: "u${number}@load.test", password: … }`'),
    form: optional(texts, 'the body of the call as fields of a form'),
    header: optional(texts, 'headers of the call'),
    ok: expression
      .optional()
      .describe('whether the login succeeded; usually each 2xx, and with `cookie` also each 3xx'),
    token: optional(expression, 'the token in the answer: `body.access_token`'),
    cookie: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .transform((names) => (typeof names === 'string' ? [names] : names))
      .optional()
      .describe('names of the cookies in the answer that show who the user is: `[sid]`'),
    user: user
      .optional()
      .describe('the id of the user in the answer: `body.user.id`; usually `claims.sub` of the token'),
    users: users.optional(),
    renew: renew.describe('how often an open user logs in again, such as `14m`'),
  })
  .superRefine((read, context) => {
    const verbs = ['post', 'put', 'get'].filter((verb) => verb in read);
    if (verbs.length !== 1) context.addIssue('exactly one of `post`, `put` and `get` is needed');
    if (read.json !== undefined && read.form !== undefined)
      context.addIssue({ code: 'custom', path: ['form'], message: 'a call has one body: `json` or `form`' });
    if (read.token === undefined && read.cookie === undefined)
      context.addIssue('a login needs `token`, `cookie`, or both');
    noteMissingUsers(read, context);
  });

const rows = z.strictObject({
  file: z.string().min(1).describe('CSV with names of columns in its first line, or a JSON list of objects'),
  user: user.describe('the id of the user: `row.id`'),
  token: optional(expression, 'the token: `row.token`'),
});

const command = z
  .strictObject({
    run: z
      .string()
      .min(1)
      .superRefine(compiles(compileTemplate))
      .describe('a shell command that prints a token: `./mint-token ${number}`; values are quoted'),
    user: optional(user, 'the id of the user; usually `claims.sub` of the token'),
    users: users.optional(),
    renew: renew.describe('how often the command runs again for an open user'),
  })
  .superRefine(noteMissingUsers);

const none = z.strictObject({
  user: optional(user, 'what the service calls the user: `socket.id`'),
});

const KINDS = ['jwt', 'login', 'users', 'command', 'none'] as const;

export const identitySchema = z
  .strictObject({
    jwt: optional(jwt, 'the harness signs tokens itself'),
    login: optional(login, 'users log in by a call'),
    users: optional(rows, 'users with tokens that exist already, from a file'),
    command: optional(command, 'a command of yours prints a token for each user'),
    none: optional(none, 'the service asks for no identity'),
  })
  .superRefine((read, context) => {
    const given = KINDS.filter((kind) => read[kind] !== undefined);
    if (given.length === 1) return;
    const found = given.length === 0 ? 'the section is empty' : `it has ${given.join(' and ')}`;
    context.addIssue(`exactly one of ${KINDS.join(', ')} is required, but ${found}`);
  })
  .meta({ minProperties: 1, maxProperties: 1, description: 'who the users are; exactly one of these' });

const first = z.strictObject({
  emit: z.string().min(1).describe('name of the message'),
  json: optional(template, 'payload of the message: `{ token: "${token}" }`'),
  reply: optional(z.string().min(1), '`ack`, `none`, or the name of an event; usually ack'),
  refusal: optional(z.string().min(1), 'the event that reports a refusal'),
});

/** The data sent with calls and connections. A key is omitted if a value in it is missing. */
export const sendSchema = z
  .strictObject({
    header: texts
      .optional()
      .describe(
        'headers of each call; usually `{ authorization: "Bearer ${token}" }`, unless there is `query`',
      ),
    query: optional(texts, 'query of each call: `{ access_token: "${token}" }`'),
    socket: z
      .strictObject({
        auth: optional(templates, '`auth` of Socket.IO; usually `{ token: "${token}" }`'),
        query: optional(texts, 'query of the handshake'),
        header: optional(texts, 'headers of the handshake'),
        first: optional(first, 'the first message on each connection'),
      })
      .optional()
      .describe('what goes with the connection of Socket.IO'),
  })
  .describe('how the client shows who it is; cookies of a login are always sent');

export type IdentitySpec = z.output<typeof identitySchema>;
export type SendSpec = z.output<typeof sendSchema>;
export type JwtSpec = z.output<typeof jwt>;
export type LoginSpec = z.output<typeof login>;
export type RowsSpec = z.output<typeof rows>;
export type CommandSpec = z.output<typeof command>;

const READS_A_NUMBER = /\$\{[^}]*\bnumber\b/;
const READS_A_ROW = /\$\{[^}]*\brow\b/;

/** Without this check, a number or row that no user has would be missing from what is sent, without a message. */
function noteMissingUsers(read: { users?: object | undefined }, context: z.core.$RefinementCtx): void {
  const written = JSON.stringify(read);
  const needs = (message: string) => context.addIssue({ code: 'custom', path: ['users'], message });
  if (READS_A_ROW.test(written) && !(read.users && 'file' in read.users))
    needs('`row` is used, but `users` is not a file: set it to a CSV or JSON file, such as users.csv');
  else if (READS_A_NUMBER.test(written) && !read.users)
    needs('`number` is used, but `users` is not set: set it to the numbers that exist, such as 1..200');
}
