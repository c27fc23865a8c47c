import { type Clock, systemClock } from '../kernel/clock.ts';

export interface Patience {
  readonly withinMs: number;
  readonly everyMs: number;
  readonly clock?: Clock;
}

/** Asks again until an answer is enough, or until the time is over; returns the last answer. */
export async function askUntil<Answer>(
  ask: () => Answer | Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
  { withinMs, everyMs, clock = systemClock }: Patience,
): Promise<Answer> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isEnough(answer) || clock.now() >= deadline) return answer;
    await clock.until(clock.now() + everyMs);
  }
}
