import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test as base, expect } from '@playwright/test';
import { BenchEnvironment } from '../../../src/benchmarks/bench-environment.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { accessOf } from '../meetings/access-of.ts';

/** A meeting of the service. */
interface Meeting {
  readonly id: string;
  readonly title: string;
}

/** The end of a call: it is answered, or its connection breaks before or after the service has executed it. */
type Fate = 'answered' | 'broken before' | 'broken after';

/** The part of a service that a preparation needs. */
class FragileService {
  readonly meetings: Meeting[] = [];
  readonly joins: string[] = [];
  readonly server: Server;

  constructor(fates: { create?: Fate[]; join?: Fate[] }) {
    this.server = createServer(async (request, response) => {
      const [path, query] = request.url!.split('?') as [string, string | undefined];
      const kind = path.endsWith('/join') ? 'join' : 'create';
      const fate = (request.method === 'POST' && fates[kind]?.shift()) || 'answered';
      if (fate === 'broken before') return request.socket.destroy();
      const done = this.#do(
        request.method!,
        path,
        query,
        request.method === 'POST' ? await json(request) : {},
        request.headers.authorization,
      );
      if (fate === 'broken after') return request.socket.destroy();
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ success: true, data: done }));
    });
  }

  #do(method: string, path: string, query: string | undefined, body: unknown, authorization = ''): unknown {
    if (method === 'GET') return query?.includes('hostId=') ? this.meetings : [];
    if (path.endsWith('/join')) {
      this.joins.push(path);
      return { meeting: { id: path.split('/').at(-2) }, participant: { userId: userIn(authorization) } };
    }
    if (path !== referenceContract().service.base) return {};
    const meeting = { id: `m${this.meetings.length + 1}`, title: (body as Meeting).title };
    this.meetings.unshift(meeting);
    return meeting;
  }
}

/** The user of a token. */
function userIn(authorization: string): unknown {
  const claims = Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { userId: unknown }).userId;
}

const test = base.extend<{
  open: (fates: { create?: Fate[]; join?: Fate[] }) => Promise<[BenchEnvironment, FragileService]>;
}>({
  open: async ({}, use) => {
    const opened: { environment: BenchEnvironment; server: Server }[] = [];
    await use(async (fates) => {
      const service = new FragileService(fates);
      service.server.listen(0, '127.0.0.1');
      await once(service.server, 'listening');
      const serviceUrl = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`;
      const environment = await BenchEnvironment.open({
        serviceUrl,
        socketUrl: serviceUrl,
        access: await accessOf(),
        requestContext: 'wire',
        timeoutMs: 5000,
        prefix: 'bench-',
        calls: 10,
        concurrency: 1,
        listedMeetings: 0,
        clock: systemClock,
      });
      opened.push({ environment, server: service.server });
      return [environment, service];
    });
    for (const { environment, server } of opened) {
      await environment.close();
      server.close();
    }
  },
});

test.describe('Preparing a benchmark over connections that break', () => {
  test('finds a meeting whose answer was lost, and creates a meeting whose request was lost', async ({
    open,
  }) => {
    const [environment, { meetings }] = await open({
      create: ['answered', 'broken after', 'broken before', 'broken before', 'answered'],
    });
    expect(await environment.meetings(3, 10)).toEqual(['m1', 'm2', 'm3']);
    expect(meetings).toHaveLength(3);
    expect(new Set(meetings.map(({ title }) => title)).size).toBe(3);
  });

  test('joins the same meeting again with the same participant', async ({ open }) => {
    const [environment, { joins }] = await open({ join: ['broken after', 'answered'] });
    const members = await environment.seat(await environment.users(2), 9);
    expect(members.map(({ meetingId }) => meetingId)).toEqual(['m1', 'm1']);
    expect(joins).toHaveLength(3);
  });

  test('fails with the reason when all connections break', async ({ open }) => {
    const [environment] = await open({ create: Array<Fate>(10).fill('broken before') });
    await expect(environment.meetings(1, 10)).rejects.toThrow(
      /^The benchmark could not be prepared: it could not create a meeting \(reset: /,
    );
  });
});

test('preparing a benchmark does not repeat a call that the service refuses', async ({ open }) => {
  const [environment, service] = await open({});
  let asked = 0;
  service.server.removeAllListeners('request').on('request', (_, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  await expect(environment.meetings(1, 10)).rejects.toThrow('http 503');
  expect(asked).toBe(1);
});
