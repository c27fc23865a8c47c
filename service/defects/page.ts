import type { Parts } from './parts.ts';

/** The list of participants closes its gaps at once, so it moves while a user reads it. */
export function closeGaps({ app }: Parts): undefined {
  app.addHook('onSend', async ({ url }, _reply, payload) =>
    /^\/room\/[^/]+\.css$/.test(url) && typeof payload === 'string'
      ? `${payload}.person.empty{display:none}`
      : undefined,
  );
}
