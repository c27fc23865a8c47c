/**
 * How one operation ended. `ok` is the only success; every other outcome has its own count and latency.
 * - `rate limited`: HTTP 429, neither a success nor a latency sample.
 * - `http NNN`: any other answer of 400 and above.
 * - `timeout`: no answer in time; `refused`: no connection; `reset`: the connection broke before the answer.
 * - `denied`: the service refused the socket or the room by its protocol.
 * - `invalid`: an answer that breaks the contract (not JSON, a field missing).
 * - `page crashed`: the browser's page, or the whole browser, went away.
 * - `late`, `lost`: a room event that arrived after its limit, or never.
 * - `generator limit`: the load generator had no local port, file descriptor or memory left for the call, or its own event
 *   loop was blocked for most of the call's time. The service could not answer, so it is in no total, rate or latency of the
 *   service; it is counted, and makes the verdict inconclusive.
 * - `aborted`: the harness ended the call: the run was stopped, or a member left before its event could be judged.
 * - `error`: anything else; its text is among the error samples.
 */
export type Outcome =
  | 'ok'
  | 'rate limited'
  | `http ${number}`
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'denied'
  | 'invalid'
  | 'page crashed'
  | 'late'
  | 'lost'
  | 'generator limit'
  | 'aborted'
  | 'error';

// One string per status for the whole process: a template literal per answer would be an allocation per request.
const failures = new Map<number, Outcome>([[429, 'rate limited']]);

/** The outcome of an HTTP answer by its status; 1xx to 3xx count as `ok`. */
export function outcomeOfStatus(status: number): Outcome {
  if (status < 400) return 'ok';
  let outcome = failures.get(status);
  if (outcome === undefined) {
    outcome = `http ${status}`;
    failures.set(status, outcome);
  }
  return outcome;
}

/** The resources that the load generator can lack: causes of the outcome `generator limit`. */
export const generatorLimits = {
  port: 'the load generator has no local port left',
  descriptor: 'the load generator has no file descriptor left',
  memory: 'the load generator has no memory left for connections',
  time: 'the load generator was blocked for most of the time of the call',
} as const;
