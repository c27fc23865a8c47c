import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { UserSocket } from './server.ts';

type Question<Message> = {
  schema: z.ZodType<Message>;
  /** @returns the answer. @throws {ServiceError} for a refusal */
  action: (message: Message) => object | Promise<object>;
  /** The event with the answer. Without it, only the acknowledgement has the answer. */
  event?: string;
};

/**
 * Answers a message of a client with the event of the contract, and with an acknowledgement if the client requested it.
 * The connection stays open for any message.
 */
export async function answer<Message extends { meetingId: string }>(
  { socket, log }: { socket: UserSocket; log: FastifyBaseLogger },
  { schema, action, event }: Question<Message>,
  message: unknown,
  acknowledge: unknown,
) {
  const { data, success } = schema.safeParse(message);
  try {
    if (!success) throw new ServiceError('VALIDATION_ERROR');
    reply(event, await action(data));
  } catch (error) {
    if (!(error instanceof ServiceError)) log.error({ err: error }, 'a message over a socket failed');
    const { code, message } = error instanceof ServiceError ? error : new ServiceError('INTERNAL_ERROR');
    reply('meeting:error', { meetingId: data?.meetingId ?? null, error: code, message });
  }

  function reply(name: string | undefined, content: object) {
    if (name) socket.emit(name, content);
    if (typeof acknowledge === 'function') acknowledge(content);
  }
}
