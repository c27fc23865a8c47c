import type { Socket } from 'socket.io-client';
import { expect, test as service } from './service-fixture.ts';
import type { Heard, User } from './user.ts';

export type NewUser = () => User;

/** Each test repeats the same steps on a service without defects (`sound`) and on a service with the defect. */
export const test = service.extend<{
  sound: NewUser;
  /** Starts a service with this defect only. @returns a function that makes its users */
  withDefect: (defect: string, settings?: NodeJS.ProcessEnv) => Promise<NewUser>;
  /** Starts a service with this defect in each style. */
  inBothStyles: (defect: string, settings?: NodeJS.ProcessEnv) => Promise<NewUser[]>;
}>({
  sound: async ({ newUser }, use) => use(() => newUser()),
  withDefect: async ({ launch, newUser, databaseUrl }, use) =>
    use(async (defect, settings) => {
      const service = launch({
        SERVICE_DEFECTS: defect,
        SERVICE_OWNER: 'tests of the service',
        DATABASE_URL: databaseUrl,
        RATE_LIMIT_JOIN: '1000/300s',
        ...settings,
      });
      const url = await service.ready;
      return () => newUser(url);
    }),
  inBothStyles: async ({ withDefect }, use) =>
    use((defect, settings) =>
      Promise.all(
        ['reference', 'deployed'].map((SERVICE_STYLE) => withDefect(defect, { ...settings, SERVICE_STYLE })),
      ),
    ),
});

/** A meeting that `count` guests have joined over HTTP. */
export async function meetingWith(newUser: NewUser, count: number) {
  const host = newUser();
  const guests = Array.from({ length: count }, newUser);
  const meetingId = await host.open();
  for (const guest of guests) expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
  return { host, guests, meetingId };
}

/** Waits for a pong. All earlier events have then arrived, because a socket keeps the order. */
export function settled(socket: Socket) {
  return new Promise<void>((resolve) => {
    socket.once('pong', () => resolve());
    socket.emit('ping');
  });
}

export function heardOf(heard: Heard, name: string): { timestamp: string }[] {
  return heard.filter((event) => event.name === `meeting:${name}`).map(({ content }) => content);
}
