import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { meetingAt, openMeetings } from '../../../src/crowd/open-meetings.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { accessOf } from '../meetings/access-of.ts';

/** The error message when the service gives this answer to the creation of a meeting. */
async function said(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const serviceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await openMeetings({
      runId: 'run',
      crowd: 'crowd',
      serviceUrl,
      socketUrl: serviceUrl,
      access: await accessOf(),
      requestTimeoutMs: 5000,
      users: 5,
      meetingSize: 100,
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.describe('Which meeting does a participant join?', () => {
  const ids = Array.from({ length: 4 }, (_, number) => `m${number}`);

  test('fills one meeting before the next and keeps a seat for each host', () => {
    const meetings = Array.from({ length: 9 }, (_, place) => meetingAt({ ids }, place, 4));
    expect(meetings).toEqual(['m0', 'm0', 'm0', 'm1', 'm1', 'm1', 'm2', 'm2', 'm2']);
  });

  test('fills only as many meetings as a small crowd needs', () => {
    const many = { ids: Array.from({ length: 223 }, (_, number) => `m${number}`) };
    expect(new Set(Array.from({ length: 38 }, (_, place) => meetingAt(many, place, 10))).size).toBe(5);
  });

  test('fills the same meeting from several slices', () => {
    const places = [1, 2, 3].flatMap((index) => [0, 1].map((seat) => seat * 3 + index - 1));
    expect(new Set(places.map((place) => meetingAt({ ids }, place, 7)))).toEqual(new Set(['m0']));
  });

  test('divides the participants evenly when they outnumber the seats', () => {
    const counts = new Map<string, number>();
    for (let place = 0; place < 24; place++) {
      const id = meetingAt({ ids }, place, 4);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([6, 6, 6, 6]);
  });
});

test.describe('error of a service that does not create a meeting', () => {
  test('names the Retry-After time of a rate limit', async () => {
    const message = await said((response) =>
      response.writeHead(429, { 'retry-after': '90' }).end('Too many requests'),
    );
    expect(message).toBe(
      'The service refused to create the meeting: 429 (Retry-After: 90). Nothing was loaded.',
    );
  });

  test('names the status of an empty error response', async () => {
    expect(await said((response) => response.writeHead(503).end())).toBe(
      'The service refused to create the meeting: 503. Nothing was loaded.',
    );
  });

  test('names the missing meeting id of a response', async () => {
    expect(await said((response) => response.end('{"success":true,"data":{}}'))).toBe(
      'The service created a meeting without sending its id: 200 answered without the id of the meeting. Nothing was loaded.',
    );
  });

  test('names a connection reset', async () => {
    expect(await said((response) => response.socket!.resetAndDestroy())).toBe(
      'The service did not create the meeting: connection reset. Nothing was loaded.',
    );
  });
});
