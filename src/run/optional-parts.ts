import { contractEnvironment, type Run } from '../config/environment.ts';
import type { Settings, Written } from '../config/read-settings.ts';
import type { OptionalPart } from '../kernel/optional-packages.ts';

/** The parts that a run uses and that need packages of their own. */
export function optionalParts(
  settings: Pick<Settings, 'JWT_SECRET' | 'OTEL_EXPORTER_OTLP_ENDPOINT'>,
  { startsServiceOn }: Pick<Run, 'startsServiceOn'>,
): OptionalPart[] {
  return [
    ...(startsServiceOn === undefined ? [] : serviceParts(contractEnvironment(settings))),
    ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT ? (['push of metrics to OpenTelemetry'] as const) : []),
  ];
}

/** The parts of the reference service. It reads these two settings itself. */
export function serviceParts({ DATABASE_URL, DATABASE_SERVER_URL }: Written): OptionalPart[] {
  const hasDatabase = DATABASE_URL !== undefined || DATABASE_SERVER_URL !== undefined;
  return ['reference service', ...(hasDatabase ? [] : (['database of the reference service'] as const))];
}
