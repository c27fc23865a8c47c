import { loadSettings } from '../config/environment.ts';
import { commandWith } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { enterProject } from '../kernel/folders.ts';
import type { Alert } from './alert.ts';
import { sendAlert } from './send-alert.ts';

/** `npx fullhouse alert-test`: sends a message to the webhook as a run would. Exits 1 when it was not delivered. */
export const main = commandWith({
  name: 'npx fullhouse alert-test',
  async run(_, io) {
    enterProject();
    const result = await sendAlert(testAlert(new Date().toISOString()), loadSettings(io.environment));
    if (result === undefined) throw new UserError('No webhook is set. Set ALERT_WEBHOOK_URL to its address.');
    io.out(result.line);
    return result.sent.ok ? 0 : 1;
  },
});

function testAlert(at: string): Alert {
  return {
    schema: 'fullhouse/alert/2',
    status: 'test',
    headline: 'a test: alerts of fullhouse arrive here',
    run: { id: `test-${at}`, at, commit: null },
    phases: [],
    degraded: [],
    problems: [],
    recovered: [],
    more: { degraded: 0, problems: 0, recovered: 0 },
    reports: [],
  };
}
