import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { record, summaryOf } from '../results/summary/crowd-records.ts';
import type { LimitedCrowd, LimitedReport } from './limited-crowd.ts';
import { sliceReport } from './slice-reports.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'limited-crowd.ts');

/** The report of a crowd whose process is started after these commands of a shell, by the program that is given. */
export async function limited(before: string, crowd: LimitedCrowd, program: readonly string[] = []) {
  const command = `${before} && exec "$0" --import tsx "$1" "$2"`;
  const [first = 'sh', ...rest] = [...program, 'sh'];
  const args = [...rest, '-c', command, process.execPath, script, JSON.stringify(crowd)];
  const { stdout } = await run(first, args, { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout) as LimitedReport;
}

/** What a run of this crowd alone would say. */
export function summaryOfSlice(report: LimitedReport) {
  return summaryOf(
    record([sliceReport(report)], { expected: [1] }),
    'error rate < 1 %; sessions completed >= 99 %; p95 < 60000 ms',
    { SCHEDULE: `simultaneously ${report.sessions.started}` },
  );
}

const FORTY_PORTS = 'ip link set lo up && echo 40000 40039 > /proc/sys/net/ipv4/ip_local_port_range';

/** A crowd of forty, and its service, in a network of their own that has forty local ports for each address. */
export function withFortyPorts(sourceAddresses: readonly string[]): Promise<LimitedReport> {
  return limited(FORTY_PORTS, { users: 40, sourceAddresses }, ['unshare', '--net']);
}

/** Why there can be no such network; undefined where there can. */
export async function whyNoNetwork(): Promise<string | undefined> {
  return run('unshare', ['--net', 'sh', '-c', FORTY_PORTS]).then(
    () => undefined,
    () => 'needs root on Linux, with the commands unshare and ip',
  );
}
