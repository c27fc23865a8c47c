import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { attempt } from './attempt.ts';

test('reads the OTLP endpoint and headers in the notation of OpenTelemetry', () => {
  const settings = readSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/v2/token',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b%3D, x-tenant = load ',
  });
  expect(settings.OTEL_EXPORTER_OTLP_ENDPOINT?.host).toBe('otlp.example.com');
  expect(settings.OTEL_EXPORTER_OTLP_HEADERS).toEqual({ 'api-key': 'a b=', 'x-tenant': 'load' });
});

for (const [name, value] of [
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'hunter2-is-no-address'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://hunter2.example.com'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2=%'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=hunter2'],
] as const) {
  test(`${name} refuses "${value}" without repeating it`, () => {
    const message = attempt({ [name]: value });
    expect(message).toContain(`${name}: the value given is not allowed. Use `);
    expect(message).not.toContain('hunter2');
  });
}
