import { expect, test } from './service-fixture.ts';
import { call } from './user.ts';

test.describe('the service', () => {
  test('answers /health with ok and without a token', async ({ url }) => {
    const { status, body, headers } = await call(`${url}/health`);
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', service: 'meetings', timestamp: expect.stringMatching(/Z$/) });
    expect(headers.get('x-service-owner')).toBeNull();
    expect(headers.get('x-service-defects')).toBeNull();
    expect(headers.get('x-ratelimit-limit')).toBeNull();
  });

  test('measures requests by the pattern of their route in /metrics', async ({ url, newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    await host.enter(meetingId);
    await host.get(`/${meetingId}`);
    await call(`${url}/no/such/page`);

    const { text, headers } = await call(`${url}/metrics`);
    expect(headers.get('content-type')).toContain('text/plain');
    const series =
      'http_request_duration_seconds_bucket{le="0.0025",method="GET",path="/api/v1/meetings/:id",status_code="200"}';
    expect(text).toContain(series);
    expect(text).toContain('path="unmatched",status_code="404"');
    expect(text).not.toContain(meetingId);
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds', 'pg_pool_connections']) {
      expect(text).toContain(name);
    }
    for (const name of ['socketio_connections', 'meetings_active_participants']) {
      const value = Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
      expect(value, name).toBeGreaterThan(0);
    }
  });

  test('describes every call of the API in /openapi.json', async ({ url }) => {
    const { body } = await call(`${url}/openapi.json`);
    const calls = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1/meetings', '')}`),
    );
    expect(calls.sort()).toEqual([
      'GET ',
      'GET /{id}',
      'GET /{id}/network/recommendations',
      'POST ',
      'POST /{id}/control',
      'POST /{id}/hand/lower',
      'POST /{id}/hand/raise',
      'POST /{id}/join',
      'POST /{id}/leave',
      'POST /{id}/network/quality',
      'POST /{id}/reconnect',
    ]);
    const join = body.paths['/api/v1/meetings/{id}/join'].post;
    expect(Object.keys(join.responses)).toEqual(['200', '4XX', '5XX']);
    expect(join.parameters[0]).toMatchObject({ name: 'id', in: 'path', schema: { format: 'uuid' } });
  });

  test('sets security headers, and allows calls from pages of this machine only', async ({ url }) => {
    const page = await call(url);
    expect(page.headers.get('content-type')).toContain('text/html');
    for (const link of ['/health', '/metrics', '/openapi.json'])
      expect(page.text).toContain(`href="${link}"`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');

    for (const [origin, allowed] of [
      ['http://localhost:5173', 'http://localhost:5173'],
      ['http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
      ['http://localhost.example.com', null],
    ] as const) {
      const { headers } = await call(`${url}/health`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin'), origin).toBe(allowed);
    }
  });
});
