import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, ServiceError } from './errors.ts';
import { RateLimitExceeded } from './rate-limits.ts';
import type { Style } from './style/style.ts';

/** Fastify's own refusals, as codes of the contract. */
const BY_FASTIFY_CODE: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'VALIDATION_ERROR',
  FST_ERR_BAD_URL: 'NOT_FOUND',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
};

/** Codes of an unreachable or overloaded PostgreSQL. */
const DATABASE_AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '53300',
  '57014',
]);

/** The messages of failures of the pool and its connections, which have no code. */
const POOL_FAILURE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a conn)/;

export function replyWithContractErrors(app: FastifyInstance, style: Style) {
  const sendError = errorSender(style);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => {
    return sendError(new ServiceError('NOT_FOUND') as Error as FastifyError, request, reply);
  });
}

export function errorSender(style: Style) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof RateLimitExceeded) {
      const { type, text } = style.tooManyRequests(error);
      return reply.code(429).type(type).send(text);
    }
    const clean = error instanceof ServiceError ? error : translate(error);
    if (clean.status >= 500) request.log.error({ err: error }, clean.message);
    const { status, body } = style.refuse(error, clean);
    return reply.code(status).type('application/json; charset=utf-8').send(body);
  };
}

/** Whether the database is unreachable or overloaded. */
export function isDatabaseAway({ code = '', message }: Error & { code?: string }): boolean {
  return DATABASE_AWAY.has(code) || /^(08|57P)/.test(code) || POOL_FAILURE.test(message);
}

function translate(error: FastifyError & { cause?: unknown }): ServiceError {
  if (error.validation) {
    // No meeting can have a malformed id.
    if (error.validationContext === 'params') return new ServiceError('MEETING_NOT_FOUND');
    return new ServiceError(
      'VALIDATION_ERROR',
      error.validation.map(({ instancePath, message }) => ({
        path: [error.validationContext, ...instancePath.split('/').filter(Boolean)].join('.'),
        message: message ?? 'not valid',
      })),
    );
  }
  const code = error.code ?? '';
  const known = BY_FASTIFY_CODE[code];
  if (known) return new ServiceError(known);
  // The database refused a value that the schemas accepted (class 22: data exception).
  if (/^22[0-9A-Z]{3}$/.test(code)) return new ServiceError('VALIDATION_ERROR');
  if (isDatabaseAway(error)) return new ServiceError('DATABASE_UNAVAILABLE');
  if (error.statusCode && error.statusCode < 500) return new ServiceError('VALIDATION_ERROR');
  return new ServiceError('INTERNAL_ERROR');
}
