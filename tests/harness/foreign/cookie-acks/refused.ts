/** The reasons of refusals. HTTP answers have the status and the reason, acknowledgements only the reason. */
const statuses = {
  'bad-login': 401,
  'no-session': 401,
  'bad-message': 400,
  'not-json': 400,
  'too-large': 413,
  'nothing-here': 404,
  'no-such-conference': 404,
  'conference-over': 410,
  'not-inside': 403,
  full: 403,
  'slow-down': 429,
} as const;

export type Reason = keyof typeof statuses;

export class Refused extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }

  get status(): number {
    return statuses[this.reason];
  }
}
