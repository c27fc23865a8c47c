import { mean } from 'simple-statistics';
import { tooFewUsers } from './level-message.ts';
import type { OpenLevel } from './open-level.ts';
import type { Second } from './second.ts';

/** A level of which the generator was limited in more than this part of the seconds is not the requested load. */
const LIMITED = 0.2;
/** With fewer users than this part of the level, the load was not the requested one. */
const REACHED = 0.9;

/** What limited the load generator in this level, in words; undefined if nothing did. */
export function limitedBy({ axis, level }: OpenLevel, judged: readonly Second[]): string | undefined {
  const reasons = judged.flatMap(({ generator }) => generator ?? []);
  if (reasons.length > LIMITED * judged.length) return mostFrequent(reasons);
  const users = mean(judged.map((second) => second.users));
  return axis !== 'arrivals' && users < REACHED * level ? tooFewUsers(users, level) : undefined;
}

function mostFrequent(texts: readonly string[]): string {
  const count = (text: string) => texts.filter((one) => one === text).length;
  return [...new Set(texts)].sort((one, other) => count(other) - count(one))[0]!;
}
