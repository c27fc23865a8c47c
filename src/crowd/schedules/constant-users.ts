import { aboveZero, brokenRules, countOfOneOrMore, refuse } from './rules.ts';
import type { Segment } from './segments.ts';
import type { Share } from './share.ts';
import { count, span } from './wording.ts';

export interface ConstantUsers {
  readonly kind: 'constant-users';
  readonly users: number;
  readonly durationMs: number;
  readonly share?: Share;
}

export function constantUsers(users: number, { durationMs }: { durationMs: number }): ConstantUsers {
  refuse(
    'constant-users',
    brokenRules({ users, durationMs }, { users: countOfOneOrMore, durationMs: aboveZero }),
  );
  return { kind: 'constant-users', users, durationMs };
}

export function constantUsersSegments({ users, durationMs }: ConstantUsers): Segment[] {
  return [{ from: users, to: users, durationMs }];
}

export function describeConstantUsers({ users, durationMs }: ConstantUsers): string {
  return `${count(users, 'user')} for ${span(durationMs)}; participants that leave are replaced.`;
}
