import { call, DAY_MS, har, type Line, webSocket } from './har-file.ts';

/** Two recordings of one meeting as Chrome saves them: a token of a foreign login, several hosts, and other words. */

const API = 'https://api.huddle.example';
const LIVE = 'wss://live.huddle.example/ws/?EIO=4&transport=websocket';
export const MEETING = 'hud-5f2c9a';

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function tokenOf(user: string, name: string): string {
  const header = { alg: 'ES256', typ: 'JWT', kid: '2026-01' };
  const claims = {
    sub: user,
    name,
    email: `${name.toLowerCase()}@huddle.example`,
    aud: ['huddle'],
    iss: 'https://login.huddle.example',
    scope: 'meet',
    iat: 1000,
    exp: 1900,
    jti: `${user}-1`,
  };
  return `${base64(header)}.${base64(claims)}.${'c2lnbmF0dXJl'.repeat(3)}${user}`;
}

interface User {
  readonly id: string;
  readonly name: string;
  readonly socket: string;
}

export const ANNA: User = { id: 'acc_7d1e', name: 'Anna', socket: 'sock-A' };
export const BEN: User = { id: 'acc_93bf', name: 'Ben', socket: 'sock-B' };

interface Told {
  /** When the user joins, in ms after the beginning. */
  readonly joinsAt: number;
  /** When the user acts in the meeting. */
  readonly actsAt: number;
  readonly leavesAt: number;
}

const times = new Map<User, Told>([
  [ANNA, { joinsAt: 1000, actsAt: 10_000, leavesAt: 30_000 }],
  [BEN, { joinsAt: 4000, actsAt: 20_000, leavesAt: 33_000 }],
]);

const event = (at: number, name: string, payload: object): Line => [
  at,
  `<42${JSON.stringify([name, payload])}`,
];

/** The events that a user receives about the other user. */
function heardOf(other: User): Line[] {
  const { joinsAt, actsAt, leavesAt } = times.get(other)!;
  const hand = { who: other.id, kind: 'hand' };
  return [
    event(joinsAt + 40, 'presence', {
      huddle: MEETING,
      member: { id: other.id, role: 'guest', hand: 0 },
      change: 'in',
    }),
    event(actsAt + 20, 'signal', { ...hand, value: 1 }),
    event(actsAt + 2020, 'signal', { ...hand, value: 0 }),
    event(actsAt + 4020, 'note', {
      from: other.id,
      body: `good morning from ${other.name}`,
      sentAt: new Date(DAY_MS + actsAt + 4000).toISOString(),
      bornAt: '2001-01-01T00:00:00Z',
    }),
    event(leavesAt + 30, 'presence', {
      huddle: MEETING,
      member: { id: other.id, role: 'guest', hand: 0 },
      change: 'out',
    }),
  ];
}

export function recordingOf(user: User): string {
  const other = user === ANNA ? BEN : ANNA;
  const { joinsAt, actsAt, leavesAt } = times.get(user)!;
  const token = tokenOf(user.id, user.name);
  const headers = { Authorization: `Bearer ${token}` };
  const members = [ANNA, BEN]
    .filter((one) => times.get(one)!.joinsAt <= joinsAt)
    .map(({ id }) => ({ account: { id }, role: 'guest', hand: 0 }));
  const huddle = { huddleId: MEETING, status: 'active', members };
  const at = (time: number, text: string): Line => [time, text];
  const lines = [
    at(
      joinsAt - 500,
      `<0{"sid":"engine-${user.socket}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`,
    ),
    at(joinsAt - 490, `>40/huddles,{"authorization":"Bearer ${token}","v":2}`),
    at(joinsAt - 480, `<40/huddles,{"sid":"${user.socket}"}`),
    // The client of the page reports its version, which is not an action.
    at(joinsAt - 400, `>42/huddles,["client",{"version":"7.1"}]`),
    at(joinsAt + 100, `>42/huddles,7["huddle/subscribe",{"huddle":"${MEETING}"}]`),
    at(joinsAt + 110, `<43/huddles,7[null,{"ok":true}]`),
    at(actsAt, `>42/huddles,["signal",{"kind":"hand","value":1}]`),
    at(actsAt + 2000, `>42/huddles,["signal",{"kind":"hand","value":0}]`),
    at(actsAt + 4000, `>42/huddles,["note",{"body":"good morning from ${user.name}"}]`),
    ...heardOf(other).map(([time, text]) => at(time, text.replace('<42', '<42/huddles,'))),
    at(25_000, '<2'),
    at(25_001, '>3'),
  ]
    .filter(([time]) => time > joinsAt - 1000 && time < leavesAt)
    .sort(([one], [two]) => one - two);
  return har(
    call({
      at: 0,
      url: 'https://app.huddle.example/',
      answer: '<!doctype html>',
      mimeType: 'text/html',
      resourceType: 'document',
    }),
    call({
      at: 10,
      url: 'https://app.huddle.example/app.js',
      answer: 'main()',
      mimeType: 'text/javascript',
      resourceType: 'script',
    }),
    call({
      at: 20,
      method: 'POST',
      url: 'https://stats.example/collect',
      json: { user: user.id },
      answer: { ok: true },
    }),
    call({
      at: 30,
      method: 'OPTIONS',
      url: `${API}/v3/huddles/${MEETING}/join`,
      status: 204,
      resourceType: 'preflight',
    }),
    call({ at: 50, url: `${API}/ready`, answer: { state: 'up' } }),
    ...(user === ANNA
      ? [
          call({
            at: 100,
            method: 'POST',
            url: `${API}/v3/huddles`,
            headers,
            json: { topic: 'Stand-up', maxMembers: 20, region: 'eu' },
            status: 201,
            answer: { huddleId: MEETING, status: 'active', members: [] },
          }),
        ]
      : []),
    webSocket(LIVE, joinsAt - 550, lines, { Origin: 'https://app.huddle.example' }),
    call({
      at: joinsAt,
      method: 'POST',
      url: `${API}/v3/huddles/${MEETING}/join`,
      headers,
      json: { clientId: `${user.socket}-0d0f4b7e-9c37-4f54-8a52-0f9f3f2b5a11`, nickname: user.name },
      answer: { ...huddle, me: { accountId: user.id } },
    }),
    call({
      at: joinsAt + 1500,
      url: `${API}/v3/huddles/${MEETING}?view=full&_=${joinsAt}`,
      headers,
      answer: huddle,
    }),
    call({
      at: leavesAt,
      method: 'DELETE',
      url: `${API}/v3/huddles/${MEETING}/members/${user.id}`,
      headers,
      status: 204,
    }),
  );
}
