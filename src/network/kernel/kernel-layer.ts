import { spawnSync } from 'node:child_process';
import { childEnvironment } from '../../kernel/child-environment.ts';

/** `nftables`: packets can be lost. `netem`: they can also be delayed. */
export type KernelMeans = 'netem' | 'nftables';

export type Availability =
  | { readonly ok: true; readonly how: KernelMeans }
  | { readonly ok: false; readonly why: string };

/** How a program ended; `missing` if it is not installed. */
export type TryProgram = (
  program: string,
  args: readonly string[],
) => { code: number | null; output: string; missing: boolean };

interface Surroundings {
  readonly platform?: NodeJS.Platform;
  readonly isRoot?: boolean;
  readonly run?: TryProgram;
}

const PACKAGES = { unshare: 'util-linux', nsenter: 'util-linux', ip: 'iproute2', nft: 'nftables' };

/** Tries everything that a path needs, in a namespace that disappears when the trial ends. */
const TRIAL = `
ip link add near type veth peer name away
ip link set near gso_max_segs 1 up
echo 1 > /proc/sys/net/ipv4/ip_forward
nft add table inet trial
nft 'add chain inet trial line { type filter hook forward priority 0; }'
nft add rule inet trial line meta l4proto tcp numgen random mod 1000000 '<' 300000 drop`;

const NETEM_TRIAL = `ip link add near type veth peer name away
tc qdisc add dev near root netem delay 1ms`;

/** Tries whether this machine can lose real packets. If it cannot, returns the reason and what to do. */
export function kernelLayerAvailable(surroundings: Surroundings = {}): Availability {
  const { platform = process.platform, isRoot = process.getuid?.() === 0, run = runProgram } = surroundings;
  if (platform !== 'linux') return no(`it needs Linux, but this system is ${platform}`);
  if (!isRoot) return no('it needs root to create network namespaces. Run as root');
  const missing = Object.entries(PACKAGES).filter(([tool]) => run(tool, ['--version']).missing);
  if (missing.length > 0) {
    const tools = missing.map(([tool]) => `"${tool}"`).join(' and ');
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    return no(`it cannot find ${tools}. Install the missing tools (Debian: apt-get install ${packages})`);
  }
  const trial = run('unshare', ['--net', 'sh', '-ec', TRIAL]);
  if (trial.code !== 0) return no(`a trial in a network namespace failed: ${firstLine(trial.output)}`);
  const netem = run('unshare', ['--net', 'sh', '-ec', NETEM_TRIAL]);
  return { ok: true, how: netem.code === 0 ? 'netem' : 'nftables' };
}

function no(reason: string): Availability {
  return { ok: false, why: `The kernel layer cannot be used: ${reason}.` };
}

function firstLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (lines.find((line) => line !== '') ?? 'no reason was given').replace(/\.$/, '');
}

function runProgram(program: string, args: readonly string[]) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: childEnvironment(),
    timeout: 10_000,
  });
  const missing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  return { code: status, output: `${stderr ?? ''}${stdout ?? ''}${error?.message ?? ''}`, missing };
}
