import type { Socket } from 'socket.io-client';
import { expect, test as service } from './service-fixture.ts';
import type { Heard, User } from './user.ts';

export type NewUser = () => User;

/** Each defect is looked at with the same steps on the sound service and on one that has it. */
export const test = service.extend<{
  sound: NewUser;
  /** Starts a service with this defect and nothing else. @returns what makes its users */
  withDefect: (defect: string, settings?: NodeJS.ProcessEnv) => Promise<NewUser>;
  /** The same in each style of the service. */
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

/** A meeting that so many guests have joined over HTTP. */
export async function meetingWith(newUser: NewUser, count: number) {
  const host = newUser();
  const guests = Array.from({ length: count }, newUser);
  const meetingId = await host.open();
  for (const guest of guests) expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
  return { host, guests, meetingId };
}

/** Whatever was announced before is heard then: a socket keeps the order. */
export function settled(socket: Socket) {
  return new Promise<void>((resolve) => {
    socket.once('pong', () => resolve());
    socket.emit('ping');
  });
}

export function heardOf(heard: Heard, name: string): { timestamp: string }[] {
  return heard.filter((event) => event.name === `meeting:${name}`).map(({ content }) => content);
}
