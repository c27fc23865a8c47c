import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { record, summaryOf } from '../results/summary/crowd-records.ts';
import type { LimitedCrowd, LimitedReport } from './limited-crowd.ts';
import { sliceReport } from './slice-reports.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'limited-crowd.ts');

/** The report of a crowd in a process that `program` starts after the shell commands in `before`. */
export async function limited(before: string, crowd: LimitedCrowd, program: readonly string[] = []) {
  const command = `${before} && exec "$0" --import tsx "$1" "$2"`;
  const [first = 'sh', ...rest] = [...program, 'sh'];
  const args = [...rest, '-c', command, process.execPath, script, JSON.stringify(crowd)];
  const { stdout } = await run(first, args, { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout) as LimitedReport;
}

/** The summary of a run with only this crowd. */
export function summaryOfSlice(report: LimitedReport) {
  return summaryOf(
    record([sliceReport(report)], { expected: [1] }),
    'error rate < 1 %; sessions completed >= 99 %; p95 < 60000 ms',
    { SCHEDULE: `simultaneously ${report.sessions.started}` },
  );
}

const FORTY_PORTS = 'ip link set lo up && echo 40000 40039 > /proc/sys/net/ipv4/ip_local_port_range';

/** A crowd of forty and its service in a separate network with forty local ports for each address. */
export function withFortyPorts(sourceAddresses: readonly string[]): Promise<LimitedReport> {
  return limited(FORTY_PORTS, { users: 40, sourceAddresses }, ['unshare', '--net']);
}

/** Why such a network is impossible here; undefined if it is possible. */
export async function whyNoNetwork(): Promise<string | undefined> {
  return run('unshare', ['--net', 'sh', '-c', FORTY_PORTS]).then(
    () => undefined,
    () => 'needs root on Linux, with the commands unshare and ip',
  );
}
