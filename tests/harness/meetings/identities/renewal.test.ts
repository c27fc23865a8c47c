// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect } from '@playwright/test';
import { decodeJwt } from 'jose';
import { Renewal } from '../../../../src/meetings/identities/renewal.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';
import { listening } from '../small-server.ts';
import { test } from './opened.ts';

const MINUTE = 60_000;

/** A renewal whose holders are names, with the times of its calls. */
function renewing(renew: (name: string) => Promise<void> = async () => undefined) {
  const clock = new VirtualClock();
  const done: [string, number][] = [];
  const failures: unknown[] = [];
  const renewal = new Renewal<string>({
    everyMs: 10 * MINUTE,
    clock,
    async renew(name) {
      done.push([name, clock.now() / MINUTE]);
      await renew(name);
    },
    onFailure: (error) => failures.push(error),
  });
  return { clock, done, failures, renewal };
}

test('renews each holder in its own interval with one timer', async () => {
  const { clock, done, renewal } = renewing();
  renewal.add('ann');
  await clock.advanceTo(3 * MINUTE);
  renewal.add('ben');
  expect(clock.waiting).toBe(1);
  await clock.advanceTo(25 * MINUTE);
  expect(done).toEqual([
    ['ann', 10],
    ['ben', 13],
    ['ann', 20],
    ['ben', 23],
  ]);
  await renewal.close();
  expect(clock.waiting).toBe(0);
});

test('does not renew a released holder, and stops the timer without holders', async () => {
  const { clock, done, renewal } = renewing();
  renewal.add('ann');
  await clock.advanceTo(MINUTE);
  renewal.delete('ann');
  expect(clock.waiting).toBe(0);
  // The aborted wait has not ended yet.
  renewal.add('ben');
  await clock.advanceTo(11 * MINUTE);
  expect(done).toEqual([['ben', 11]]);
  renewal.delete('ben');
  await clock.advanceTo(60 * MINUTE);
  renewal.add('eve');
  await clock.advanceTo(70 * MINUTE);
  expect(done.slice(1)).toEqual([['eve', 70]]);
  renewal.delete('eve');
});

test('reports a failed renewal, and retries it after seconds until it succeeds', async () => {
  let failing = 2;
  const { clock, done, failures, renewal } = renewing(async () => {
    if (failing-- > 0) throw new Error('service is down');
  });
  renewal.add('ann');
  await clock.advanceTo(25 * MINUTE);
  const [first, second, third, ...later] = done.map(([, at]) => at);
  expect(first).toBe(10);
  expect(second! - first!).toBeLessThan(0.2);
  expect(third! - second!).toBeLessThan(0.2);
  expect(later).toHaveLength(1);
  expect(failures.map(String)).toEqual(['Error: service is down', 'Error: service is down']);
  await renewal.close();
});

test('does not start a renewal again while it runs', async () => {
  const { clock, done, renewal } = renewing(() => clock.until(45 * MINUTE));
  renewal.add('ann');
  await clock.advanceTo(54 * MINUTE);
  expect(done).toEqual([['ann', 10]]);
  await clock.advanceTo(56 * MINUTE);
  expect(done).toHaveLength(2);
  renewal.delete('ann');
});

test('replaces the token and headers of an identity only when it is renewed', async ({ open }) => {
  const clock = new VirtualClock();
  let issued = 0;
  const claims = { sub: '${user}', turn: () => ++issued };
  const identity = { jwt: { secret: 'abcdef', claims, expires: '1h', renew: '10m' } };
  const identities = await open({ identity }, { clock });
  const ann = await identities.open('ann');
  const { headers, socket, query } = ann;
  await clock.advanceTo(9 * MINUTE);
  expect(decodeJwt(ann.token!).turn).toBe(1);
  expect(ann.headers).toBe(headers);
  expect(ann.socket).toBe(socket);
  await clock.advanceTo(10 * MINUTE);
  expect(decodeJwt(ann.token!).turn).toBe(2);
  expect(ann.headers).toEqual({ authorization: `Bearer ${ann.token}` });
  expect(ann.socket).toEqual({ auth: { token: ann.token } });
  expect(ann.query).toBe(query);
  await ann.release();
  await clock.advanceTo(60 * MINUTE);
  expect(issued).toBe(2);
});

test('renews after half of `expires`, and never without `expires` and `renew`', async ({ open }) => {
  const clock = new VirtualClock();
  const never = await open({ identity: { jwt: { secret: 'abcdef' } } }, { clock });
  await never.open('ann');
  expect(clock.waiting).toBe(0);
  const half = await open({ identity: { jwt: { secret: 'abcdef', expires: '1h' } } }, { clock });
  const ben = await half.open('ben');
  const { headers } = ben;
  await clock.advanceTo(29 * MINUTE);
  expect(ben.headers).toBe(headers);
  await clock.advanceTo(30 * MINUTE);
  expect(ben.headers).not.toBe(headers);
});

test('renews a login by logging in again, and keeps the old token while the service refuses', async ({
  open,
}) => {
  const clock = new VirtualClock();
  let logins = 0;
  let refuses = false;
  const url = await listening((_, response) => {
    if (refuses) response.writeHead(503).end('no');
    else response.end(JSON.stringify({ token: `opaque-${++logins}`, id: `user-${logins}` }));
  });
  const login = { post: '/in', token: 'body.token', user: 'body.id', renew: '10m' };
  const failures: string[] = [];
  const onRenewalFailure = (error: unknown) => failures.push(String(error));
  const identities = await open({ identity: { login } }, { url, clock, onRenewalFailure });
  const ann = await identities.open('ann');
  expect([ann.userId, ann.token]).toEqual(['user-1', 'opaque-1']);
  await clock.advanceTo(10 * MINUTE);
  await expect.poll(() => ann.token).toBe('opaque-2');
  // Rosters know the user by its first id.
  expect(ann.userId).toBe('user-1');
  refuses = true;
  await clock.advanceTo(21 * MINUTE);
  await expect.poll(() => failures[0]).toContain('for "ann" was refused: 503 no');
  expect(ann.token).toBe('opaque-2');
});
