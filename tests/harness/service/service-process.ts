import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../service/main.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const READY = /^meetings service ready at (http:\/\/\S+)$/m;

export type ServiceProcess = {
  pid: number;
  process: ChildProcess;
  /** Resolves with the address when the service is ready; rejects if the service ends before. */
  ready: Promise<string>;
  /** Resolves when the process has ended and its output is read. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  output: { stdout: string; stderr: string };
  /** The folder and process of its database, from the log; needs LOG_LEVEL info. */
  database(): { folder: string; postmasterPid: number };
};

/**
 * Starts the real service in its own process group, with these settings only. Its database is on the server that all
 * tests share, unless DATABASE_SERVER_URL is empty.
 */
export function launchService(settings: NodeJS.ProcessEnv = {}): ServiceProcess {
  const { PATH, HOME, TMPDIR, DATABASE_SERVER_URL } = process.env;
  const child = spawn(process.execPath, ['--import', TSX, MAIN], {
    // Outside the project's folder, so that a developer's .env has no effect.
    cwd: tmpdir(),
    env: {
      PATH,
      HOME,
      TMPDIR,
      DATABASE_SERVER_URL,
      SERVICE_PORT: '0',
      LOG_LEVEL: 'info',
      // A test that times out stops nothing.
      SERVICE_OWNER_PID: String(process.pid),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  const ended = new Promise<Awaited<ServiceProcess['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
      const address = READY.exec(output.stdout)?.[1];
      if (address) resolve(address);
    });
    void ended.then(() => reject(new Error(`The service ended: ${output.stderr}`)));
  });
  // Tests of a failing start never read `ready`.
  ready.catch(() => undefined);
  return {
    pid: child.pid!,
    process: child,
    ready,
    ended,
    output,
    database() {
      const lines = output.stderr.split('\n').filter((line) => line.includes('"folder"'));
      return JSON.parse(lines[0] ?? '{}');
    },
  };
}

/** All processes whose command line contains this text, such as a database folder. */
export function processesNaming(text: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandLine(pid).includes(text))
    .map(Number);
}

/** The files and processes that remain of the database of a service. */
export function remainsOf({ folder, postmasterPid }: ReturnType<ServiceProcess['database']>): string[] {
  const isPostmaster = commandLine(String(postmasterPid)).includes('postgres');
  return [
    ...(existsSync(folder) ? [folder] : []),
    ...(isPostmaster ? [`postmaster ${postmasterPid}`] : []),
    ...processesNaming(folder).map((pid) => `process ${pid}`),
  ];
}

function commandLine(pid: string) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
