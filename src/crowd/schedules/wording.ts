/** `100 ms`, `1.5 s`, `60 s`, `10 min`, `2 h`: minutes and hours only from two on, and only as whole numbers. */
export function span(ms: number): string {
  if (ms < 1000) return `${round(ms)} ms`;
  if (ms >= 7_200_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${round(ms / 1000)} s`;
}

/** `1 user`, `50 users` */
export function count(amount: number, noun: string): string {
  return `${round(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `at most 50 users at a time` */
export function cap(users: number): string {
  return `at most ${count(users, 'user')} at a time`;
}

/** At most three decimals, without trailing zeros. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
