import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { UserError } from '../../kernel/errors.ts';
import { runFolder, runIds } from '../../run/run-folder.ts';
import { allureHistory, forget } from './allure-history.ts';
import { withoutAnalytics } from './without-analytics.ts';

const OUTPUT = 'reports/allure';

/**
 * `npm run allure`: Allure's report of the last run, or `npm run allure -- <run>` of another one, in `reports/allure`;
 * opened where a terminal asks for it. Exits as the quality gate says.
 */
async function generate(asked: string | undefined): Promise<number> {
  const id = asked === undefined ? lastRun() : existing(basename(asked));
  const results = relative(process.cwd(), resultsOf(id));
  const history = allureHistory();
  forget(history, id);
  mkdirSync(dirname(history), { recursive: true });
  rmSync(OUTPUT, { recursive: true, force: true });
  if ((await allure('allurerc.ts', 'generate', results, '--report-name', id)) !== 0) return 1;
  for (const page of readdirSync(OUTPUT).filter((name) => name.endsWith('.html'))) {
    const path = join(OUTPUT, page);
    writeFileSync(path, withoutAnalytics(readFileSync(path, 'utf8')));
  }
  const gate = await allure('src/reporters/allure/gate.config.ts', 'quality-gate', results);
  console.log(
    `Allure   ${OUTPUT}/index.html (of run ${id}; quality gate ${gate === 0 ? 'passed' : 'failed'})`,
  );
  if (process.stdout.isTTY) await allure('allurerc.ts', 'open', OUTPUT);
  else console.log(`Open it  npx allure open ${OUTPUT}`);
  return gate === 0 ? 0 : 1;
}

function lastRun(): string {
  const last = runIds().findLast((id) => existsSync(resultsOf(id)));
  if (last === undefined)
    throw new UserError('No run has left results for Allure yet. Start one: npm start.');
  return last;
}

function existing(id: string): string {
  if (existsSync(resultsOf(id))) return id;
  const known = runIds().filter((one) => existsSync(resultsOf(one)));
  const remedy =
    known.length > 0 ? `Use one of: ${known.slice(-5).reverse().join(', ')}.` : 'Start one: npm start.';
  throw new UserError(`Run "${id}" has no results for Allure. ${remedy}`);
}

function resultsOf(id: string): string {
  return join(runFolder(id), 'allure-results');
}

/** Allure's command line; answers its exit code. */
async function allure(config: string, ...args: readonly string[]): Promise<number | null> {
  const cli = join('node_modules', 'allure', 'cli.js');
  const node = ['--import', new URL('iterator-to-array.mjs', import.meta.url).href];
  const options = [...args, '--config', config];
  const child = spawn(process.execPath, [...node, cli, ...options], { stdio: 'inherit' });
  process.once('SIGINT', () => undefined); // Ctrl-C reaches the child, too
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

try {
  process.exitCode = await generate(process.argv[2]);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
