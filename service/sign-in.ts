import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { AUDIENCE } from './auth.ts';
import type { Config } from './config.ts';
import { ServiceError } from './errors.ts';
import { newMeeting } from './meetings/schemas.ts';
import { createMeeting, findMeeting } from './meetings/store.ts';
import { styles } from './style/styles.ts';

/** Two users, so that one sees the other. */
const USERS = ['Ada', 'Ben'];
const LINK_MINUTES = 15;
/** A working day. The tab asks for the link again after it. */
const TOKEN_HOURS = 8;
const MEETING = newMeeting.parse({ title: 'First meeting' });

type Link = { userId: string; expiresAt: number };

/**
 * The links that `npx fullhouse service` prints. A link has a random key in its fragment, which browsers send to nobody. The
 * key is no token: the page exchanges it for one, for as long as the link works.
 */
export class SignInLinks {
  readonly #links = new Map<string, Link>();
  readonly #now: () => number;
  #meetingId: Promise<string> | undefined;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** A service of a run, and a service that other machines can reach, sign in no user. */
  static areFor({ owner, ownerPid, host, style }: Config): boolean {
    const isLoopback = host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
    return !owner && !ownerPid && isLoopback && styles[style].hasPages;
  }

  /** The text with a new link for each user. */
  textFor(address: string): string {
    const links = USERS.map((userId) => {
      const key = randomBytes(16).toString('base64url');
      this.#links.set(key, { userId, expiresAt: this.#now() + LINK_MINUTES * 60_000 });
      return `  ${userId}  ${address}/#sign-in=${key}`;
    });
    return [
      `To meet in a browser, open these links in two tabs (they work for ${LINK_MINUTES} minutes):`,
      ...links,
    ].join('\n');
  }

  /** @throws {ServiceError} for an unknown or expired key */
  userOf(key: unknown): string {
    const link = typeof key === 'string' ? this.#links.get(key) : undefined;
    if (!link || link.expiresAt <= this.#now()) throw new ServiceError('LINK_EXPIRED');
    return link.userId;
  }

  /** The meeting to which the links lead: the first user opens it, also again after its end. */
  async meetingOf(userId: string, pool: pg.Pool): Promise<string> {
    const known = this.#meetingId;
    const next = (async () => {
      const id = await known?.catch(() => undefined);
      if (id !== undefined && (await findMeeting(pool, id)).status !== 'ended') return id;
      return (await createMeeting(pool, userId, MEETING)).id;
    })();
    this.#meetingId = next;
    return next;
  }
}

/** Serves the exchange of a key for a token and a meeting. */
export function serveSignIn(app: FastifyInstance, { pool, links }: { pool: pg.Pool; links: SignInLinks }) {
  app.post<{ Body: { key?: unknown } | undefined }>(
    '/room/sign-in',
    { schema: { hide: true } },
    async ({ body }, reply) => {
      const userId = links.userOf(body?.key);
      const meetingId = await links.meetingOf(userId, pool);
      const claims = { userId, sub: userId, type: 'access', aud: AUDIENCE };
      const token = app.jwt.sign(claims, { expiresIn: `${TOKEN_HOURS}h` });
      return reply.header('cache-control', 'no-store').send({ success: true, data: { token, meetingId } });
    },
  );
}
