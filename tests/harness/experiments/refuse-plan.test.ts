import { expect, test } from '@playwright/test';
import { refusePlan } from '../../../src/experiments/refuse-plan.ts';
import { messagesOf } from '../../../src/kernel/errors.ts';

test('a plan is refused for a misspelt name, also in its fault', () => {
  const fault = { damage: 'none', inject: {} };
  const plan = { steady: [], fault, recoverWithinMs: 1, checks: [] };
  const refused = (wrong: object) => messagesOf(() => refusePlan({ ...plan, ...wrong })).join();
  expect(refused({})).toBe('');
  expect(refused({ fault: [fault] })).toBe('');
  expect(refused({ recoverWithinMS: 1 })).toMatch(
    /^tests\/harness\/experiments\/refuse-plan\.test\.ts:\d+: .* Did you mean "recoverWithinMs"\?$/,
  );
  expect(refused({ fault: { ...fault, injekt: {} } })).toContain(
    'experiment.run: fault: "injekt" is not an option.',
  );
  expect(refused({ fault: undefined })).toContain('the option "fault" is missing');
});
