import { clock } from '../../../kernel/figures.ts';

/** `0:34 · 14:00:34 UTC`: a second of the run, and the time of day, as logs of the service have it. */
export function timeAt(startedAt: string | null, second: number): string {
  const at = startedAt === null ? Number.NaN : Date.parse(startedAt) + second * 1000;
  if (!Number.isFinite(at)) return clock(second);
  return `${clock(second)} · ${new Date(at).toISOString().slice(11, 19)} UTC`;
}
