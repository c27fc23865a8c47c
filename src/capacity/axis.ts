import { assertNever } from '../kernel/errors.ts';
import { counted, number } from '../kernel/figures.ts';

/** What a capacity search raises: users active at a time, arrivals per second, or the members of one meeting. */
export const AXES = ['users', 'arrivals', 'meeting-size'] as const;

export type Axis = (typeof AXES)[number];

/** `430 users`, `200 arrivals/s`, `80 members of one meeting` */
export function levelText(axis: Axis, level: number): string {
  switch (axis) {
    case 'users':
      return counted(level, 'user');
    case 'arrivals':
      return `${number(level)} arrivals/s`;
    case 'meeting-size':
      return `${counted(level, 'member')} of one meeting`;
    default:
      return assertNever(axis);
  }
}

/** The unit of a level in charts and in the history. */
export function levelUnit(axis: Axis): string {
  return axis === 'users' ? 'users' : axis === 'arrivals' ? '/s' : 'members';
}
