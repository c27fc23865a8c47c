import type { Alert } from './alert.ts';

/** The longest list in a message; further entries are only counted. */
const MOST = 100;

/** The generic body (`docs/alert.schema.json`): the alert, with long lists cut and counted. */
export function jsonMessage(alert: Alert): Alert {
  const { degraded, problems, recovered } = alert;
  return {
    ...alert,
    degraded: degraded.slice(0, MOST),
    problems: problems.slice(0, MOST),
    recovered: recovered.slice(0, MOST),
    more: {
      degraded: Math.max(0, degraded.length - MOST),
      problems: Math.max(0, problems.length - MOST),
      recovered: Math.max(0, recovered.length - MOST),
    },
  };
}
