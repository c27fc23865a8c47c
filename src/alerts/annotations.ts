import type { Alert } from './alert.ts';
import { type GroupKind, groupsOf } from './wording.ts';

/** GitHub shows 10 annotations of a level for each step, and silently drops the others. */
const MOST = 10;

const levels: Readonly<Record<GroupKind, 'error' | 'warning' | 'notice'>> = {
  degraded: 'error',
  problem: 'warning',
  recovered: 'notice',
};

/**
 * Lines for the standard output of a job, which GitHub turns into annotations of the workflow run
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
 */
export function annotations(alert: Alert): string[] {
  const groups = groupsOf(alert);
  return (Object.keys(levels) as GroupKind[]).flatMap((kind) => {
    const lines = groups
      .filter((group) => group.kind === kind)
      .flatMap(({ title, lines }) => lines.map((line) => ({ title, line })));
    const kept = lines.slice(0, lines.length > MOST ? MOST - 1 : MOST);
    const left = lines.length - kept.length;
    if (left > 0) kept.push({ title: 'And more', line: `${left} more, see the report` });
    return kept.map(({ title, line }) => `::${levels[kind]} title=${property(title)}::${data(line)}`);
  });
}

/** The escapes that the runner reads back (actions/toolkit, packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
