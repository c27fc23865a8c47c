import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';

export interface Bound {
  readonly what: string;
  readonly measured: string;
  readonly bound: string;
  readonly holds: boolean;
}

export interface BenchReport {
  /** The names of the files: `reports/bench/<name>.md` and `.json`. */
  readonly name: string;
  readonly question: string;
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly bounds: readonly Bound[];
  /** Why the machine may have caused a missed bound; the bound is still missed. */
  readonly disturbed?: string | undefined;
  /** The numbers behind the rows, for the JSON. */
  readonly data: unknown;
}

const folder = new URL('../../../reports/bench/', import.meta.url);

/** Prints the table, writes it as Markdown and JSON, and fails for each bound that does not hold. */
export function publish(report: BenchReport): void {
  const markdown = asMarkdown(report);
  console.log(`\n${markdown}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${report.name}.md`, folder), markdown);
  const { name, question, method, bounds, disturbed, data } = report;
  const json = { name, question, method, host: hostFacts(), bounds, disturbed, data };
  writeFileSync(new URL(`${report.name}.json`, folder), `${JSON.stringify(json, undefined, 2)}\n`);
  for (const { what, measured, bound, holds } of report.bounds) {
    const doubt = report.disturbed ? ` (unclear: ${report.disturbed}; run it again on a quiet machine)` : '';
    expect.soft(holds, `${what}: ${measured}, must be ${bound}${doubt}`).toBe(true);
  }
}

function asMarkdown({ question, method, columns, rows, bounds, disturbed }: BenchReport): string {
  const { cpu, cores, node, playwright, undici, load } = hostFacts();
  const verdicts = bounds.map(({ what, measured, bound, holds }) => [
    holds ? 'pass' : disturbed ? 'unclear' : 'FAIL',
    what,
    measured,
    bound,
  ]);
  return [
    `## ${question}`,
    '',
    method,
    '',
    ...table(columns, rows),
    '',
    ...table(['verdict', 'must hold', 'measured', 'bound'], verdicts),
    '',
    ...(disturbed ? [`Disturbed: ${disturbed}.`, ''] : []),
    `Host: ${cores} × ${cpu}, load ${load}; Node ${node}, Playwright ${playwright}, undici ${undici}.`,
    '',
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(columns), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)];
}

/**
 * For measurements on a mostly idle machine. Call the returned function at the end: it names a disturbance if less than
 * `leastIdle` (0 to 1) of all cores was idle.
 */
export function watchDisturbance(leastIdle: number): () => string | undefined {
  const before = cpuTimes();
  return () => {
    const after = cpuTimes();
    const idle = (after.idle - before.idle) / (after.total - before.total);
    if (idle >= leastIdle) return undefined;
    return `only ${(idle * 100).toFixed(0)} % of the cores were idle, other processes used them`;
  };
}

function cpuTimes(): { idle: number; total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

function hostFacts() {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    load: loadavg()
      .map((value) => value.toFixed(1))
      .join(' '),
    node: process.versions.node,
    playwright: versionOf('@playwright/test'),
    undici: versionOf('undici'),
    autocannon: versionOf('autocannon'),
  };
}

function versionOf(name: string): string {
  const require = createRequire(fileURLToPath(import.meta.url));
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;
}
