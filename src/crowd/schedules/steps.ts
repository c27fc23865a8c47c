import type { ClosedKind, ScheduleData } from './kind.ts';
import { brokenRules, duration, refuse, tooLong, usersOrNone } from './rules.ts';
import { timeMs } from './text.ts';
import { count, span } from './wording.ts';

interface Stage {
  readonly users: number;
  readonly durationMs: number;
}

/** One level of users after the other. */
export interface Steps extends ScheduleData {
  readonly kind: 'steps';
  readonly stages: readonly Stage[];
}

export function steps(stages: readonly Stage[]): Steps {
  const mistakes = stages.flatMap((stage, index) =>
    brokenRules({ ...stage }, { users: usersOrNone, durationMs: duration }).map(
      (mistake) => `stage ${index + 1}: ${mistake}`,
    ),
  );
  if (stages.length === 0) mistakes.push('stages is empty, but must hold one stage or more');
  else if (stages.every(({ users }) => users === 0)) mistakes.push('every stage has 0 users');
  mistakes.push(...tooLong(stages.reduce((sum, { durationMs }) => sum + durationMs, 0)));
  refuse('steps', mistakes);
  return { kind: 'steps', stages: stages.map(({ users, durationMs }) => ({ users, durationMs })) };
}

export const stepsKind: ClosedKind<Steps> = {
  kind: 'steps',
  isOpen: false,
  usage: 'STAGES',
  example: 'steps 10x20s,30x20s,50x20s',
  parse: (parts) =>
    steps(
      (parts.stages ?? '').split(',').map((stage) => {
        const [users, time] = stage.split('x');
        return { users: Number(users), durationMs: timeMs(time) ?? Number.NaN };
      }),
    ),
  describe({ stages }) {
    const parts = stages.map(({ users, durationMs }) => `${count(users, 'user')} for ${span(durationMs)}`);
    return `${parts.join(', then ')}; participants that leave are replaced.`;
  },
  segments: ({ stages }) => stages.map(({ users, durationMs }) => ({ from: users, to: users, durationMs })),
};
