/**
 * Types of the set-up for its tests. The set-up is plain JavaScript, because it runs before TypeScript is installed.
 */
type Env = Record<string, string | undefined>;
type Found = { source: 'CHROMIUM_PATH' | 'playwright' | 'system'; path: string; version?: string };
type Playwright = { packageFolder: string; browsers: { name: string; revision: string }[] };
type Surroundings = { platform: string; env: Env; home: string; playwright?: Playwright | undefined };

declare module '*/setup/node-version.mjs' {
  export function nodeMistake(version: string, range?: string): string | undefined;
}
declare module '*/setup/lock-file.mjs' {
  type Entry = {
    version?: string;
    optional?: boolean;
    link?: boolean;
    optionalDependencies?: Record<string, string>;
    os?: string[];
    cpu?: string[];
  };
  type List = { packages: Record<string, Entry> };
  export function missing(lock: List, installed: List, machine: { platform: string; arch: string }): string[];
  export function leftOut(lock: List): string[];
  export function complainsOfLeftOutOnly(output: string, lock: List): boolean;
}
declare module '*/setup/packages.mjs' {
  export function advice(output: string): string;
  export function npm(env: Env): string[];
}
declare module '*/setup/browser.mjs' {
  type Installer = { title: string; install: () => Promise<string | undefined> };
  type Context = {
    candidates: Found[];
    wish?: string | undefined;
    file: string;
    playwrightVersion?: string;
    patient: boolean;
    platform: string;
    exists: (path: string) => boolean;
    starts: (path: string) => Promise<{ version?: string; mistake?: string }>;
    installers: Installer[];
    say: (line: string) => void;
    now: () => number;
  };
  export function recall(context: Context, options?: { quiet: boolean }): { path: string | null } | undefined;
  export function findAgain(context: Context): Promise<{ path: string | null; rejected: string[] }>;
}
declare module '*/setup/install-browser.mjs' {
  export function installers(
    given: Omit<Surroundings, 'home'> & { root: string; isRoot: boolean },
  ): { title: string; install: () => Promise<string | undefined> }[];
}
declare module '*/setup/command.mjs' {
  type Limits = { limitMs: number; firstSignMs?: number; sign?: RegExp; env?: Env };
  export function run(
    program: string,
    args: string[],
    limits: Limits,
  ): Promise<{ code: number; output: string; timedOut: boolean }>;
  export function gist(output: string, lines?: number): string;
}
declare module '*/setup/main.mjs' {
  type Say = (line: string) => void;
  export function main(
    args: readonly string[],
    io: { root: string; env: Env; say: Say; complain: Say },
  ): Promise<number>;
}
declare module '*/setup/lock.mjs' {
  export function withLock<Result>(
    path: string,
    work: () => Promise<Result>,
    say?: (line: string) => void,
  ): Promise<Result>;
}

type Report = { suites?: object[]; errors: object[] };

declare module '*/.ci/check-summary.mjs' {
  export function checkSummary(given: { folder: string; since: number; code: number; output: string }): {
    ok: boolean;
    lines: string[];
  };
  export function countMistakes(summary: object): string[];
  export function verdictMistakes(summary: object, ended: { code: number; output: string }): string[];
}
declare module '*/.ci/count-tests.mjs' {
  export function countTests(report: Report): {
    passed: number;
    failed: number;
    skipped: number;
    retried: string[];
  };
}
declare module '*/.ci/slowest-tests.mjs' {
  export function slowestTests(report: Report, most?: number): string[];
}
declare module '*/.ci/readme-command.mjs' {
  export function readmeCommands(readme: string): { start: string; test: string };
}
