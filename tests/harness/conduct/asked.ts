import type { Answered } from '../../../src/conduct/answered.ts';
import { ask } from '../../../src/conduct/ask.ts';
import { watchIdleConnection } from '../../../src/conduct/idle-connection.ts';
import type { InterviewOptions } from '../../../src/conduct/interview.ts';
import type { Question } from '../../../src/conduct/question.ts';
import { startGatedService } from '../../../src/run/gated-service.ts';
import { accessOf } from '../meetings/access-of.ts';
import { test as service } from '../service/service-fixture.ts';
import { SECRET } from '../service/tokens.ts';

const OWNER = 'tests of conduct';

/** Options as in a run, except that the database is one that the test may stop. */
async function optionsFor(
  serviceUrl: string,
  settings: Record<string, string> = {},
): Promise<InterviewOptions> {
  return {
    serviceUrl,
    socketUrl: serviceUrl,
    access: await accessOf(SECRET),
    timeoutMs: 5000,
    idleConnection: () => watchIdleConnection(serviceUrl),
    stoppableDatabase: () =>
      startGatedService(OWNER, process.env.DATABASE_SERVER_URL!, {
        JWT_SECRET: SECRET,
        LOG_LEVEL: 'silent',
        ...settings,
      }),
  };
}

export const test = service.extend<{
  /** Puts these questions to a reference service with these settings, one after the other. */
  askOf: (questions: readonly Question[], settings?: Record<string, string>) => Promise<Answered[]>;
}>({
  askOf: async ({ launch }, use) =>
    use(async (questions, settings = {}) => {
      const { ready } = launch({ SERVICE_OWNER: OWNER, LOG_LEVEL: 'silent', ...settings });
      const options = await optionsFor(await ready, settings);
      const answers: Answered[] = [];
      for (const question of questions) answers.push(await ask(question, options));
      return answers;
    }),
});

export { expect } from '@playwright/test';
