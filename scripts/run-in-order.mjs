import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/**
 * Runs programs one after the other, divided by the word `then`, until one fails. Returns the exit code of the last one.
 * Programs are those of node_modules/.bin and of the system.
 */
export async function runInOrder(words, root) {
  let rest = words;
  let code = 0;
  while (rest.length > 0 && code === 0) {
    const end = rest.indexOf('then');
    code = await run(end < 0 ? rest : rest.slice(0, end), root);
    rest = end < 0 ? [] : rest.slice(end + 1);
  }
  return code;
}

function run([program, ...args], root) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: 'inherit',
      // On Windows, the programs of node_modules/.bin are batch files.
      shell: process.platform === 'win32',
    });
    // Ctrl-C also reaches the child. Other signals reach only this process.
    const stay = () => undefined;
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', stay).on('SIGTERM', pass).on('SIGHUP', pass);
    const done = (code) => {
      process.off('SIGINT', stay).off('SIGTERM', pass).off('SIGHUP', pass);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program} cannot be started: ${error.message}. Run \`npm run setup\`.`);
      done(127);
    });
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
