import type { Clock } from '../kernel/clock.ts';
import type { Admission } from './admission.ts';
import { admitParticipants } from './admit.ts';
import { admitLevels } from './levels/admit-levels.ts';
import { OpenSessions, type SliceRunOptions } from './open-sessions.ts';
import { durationMs, whenFull } from './schedules/index.ts';

/**
 * Participants that are asked to leave start to leave within this time, in ms: at the end of the run, between two
 * levels, and when the run is stopped. It is usually a pause between two actions; participants with longer pauses are spread over this time.
 */
const LEAVE_WITHIN_MS = { drain: 5000, level: 5000, stop: 2000 } as const;

/** Runs one slice of a crowd from its first arrival until its last participant is gone. */
export async function runSlice(options: SliceRunOptions): Promise<void> {
  const { schedule, levels, clock, startedAt, sessions, stopSignal } = options;
  const open = new OpenSessions(options);
  const stopped = () => open.askToLeave(LEAVE_WITHIN_MS.stop);
  if (stopSignal.aborted) stopped();
  else stopSignal.addEventListener('abort', stopped, { once: true });
  const admission: Admission = {
    clock,
    signal: stopSignal,
    begin: (index, intendedAt) => open.begin(index, intendedAt),
    full() {
      sessions[whenFull(schedule)] += 1;
    },
  };
  if (levels === undefined) await admitParticipants({ ...admission, schedule, startedAt });
  else await admitLevels({ ...admission, levels, empty: () => open.empty(LEAVE_WITHIN_MS.level) });
  await drain(open, options);
  open.throwFailure();
}

/** Waits for the sessions to end, then asks the rest to leave, then closes the remaining ones. */
async function drain(
  open: OpenSessions,
  { schedule, levels, clock, startedAt, drainMs, leaveMs, stopSignal }: SliceRunOptions,
): Promise<void> {
  const everyoneGone = open.allEnded();
  // After the last level, nothing is left to measure.
  const drainedAt = levels === undefined ? startedAt + durationMs(schedule) + drainMs : clock.now();
  if (await within(everyoneGone, { clock, ms: drainedAt - clock.now(), signal: stopSignal })) return;
  open.askToLeave(LEAVE_WITHIN_MS.drain);
  // A stop of the run meanwhile shortens the time.
  const leftMs = () => open.leftBy + leaveMs - clock.now();
  while (leftMs() > 0) {
    const signal = stopSignal.aborted ? undefined : stopSignal;
    if (await within(everyoneGone, { clock, ms: leftMs(), signal })) return;
  }
  await open.closeAll();
  await everyoneGone;
}

/** Whether `done` settles within `ms`; the signal ends the wait early. */
async function within(
  done: Promise<unknown>,
  { clock, ms, signal }: { clock: Clock; ms: number; signal?: AbortSignal | undefined },
): Promise<boolean> {
  const waiting = new AbortController();
  const over = AbortSignal.any(signal ? [waiting.signal, signal] : [waiting.signal]);
  const timeUp = clock.until(clock.now() + ms, over).then(
    () => false,
    () => false,
  );
  const result = await Promise.race([done.then(() => true), timeUp]);
  waiting.abort();
  return result;
}
