import type { Alert } from './alert.ts';

/** A run with more findings than this says it with counts: nobody reads a hundred of them. */
const MOST = 100;

/** The generic body (`docs/alert.schema.json`): the alert, with long lists cut and counted. */
export function jsonMessage(alert: Alert): Alert {
  const { degraded, trouble, recovered } = alert;
  return {
    ...alert,
    degraded: degraded.slice(0, MOST),
    trouble: trouble.slice(0, MOST),
    recovered: recovered.slice(0, MOST),
    more: {
      degraded: Math.max(0, degraded.length - MOST),
      trouble: Math.max(0, trouble.length - MOST),
      recovered: Math.max(0, recovered.length - MOST),
    },
  };
}
