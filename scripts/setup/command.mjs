import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** A problem that the user can fix. Only its message is shown. */
export class Advice extends Error {}

/**
 * Runs a program without a terminal and returns its output. Stops it, with all its children, after `limitMs`, and after
 * `firstSignMs` unless its output then matches `sign`. Never throws: a program that cannot start has the code 127.
 */
export function run(program, args, { cwd, env, limitMs, firstSignMs, sign, shell = false }) {
  return new Promise((resolve) => {
    const group = process.platform !== 'win32';
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      detached: group,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const stop = () => {
      try {
        if (group) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    };
    const giveUp = () => {
      timedOut = true;
      stop();
    };
    const timers = [setTimeout(giveUp, limitMs)];
    if (firstSignMs) timers.push(setTimeout(() => !sign.test(output) && giveUp(), firstSignMs));
    // A child in its own group does not get the signal of Ctrl+C.
    const interrupted = (signal) => {
      stop();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
    const done = (code) => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted);
      // With FORCE_COLOR, programs also write colours into a pipe.
      resolve({ code, output: stripVTControlCharacters(output), timedOut });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      output += String(error);
      done(127);
    });
    child.on('close', (code) => done(code ?? 1));
  });
}

/** The last lines, without stack lines and empty lines. */
export function gist(output, lines = 12) {
  const telling = output.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return telling.slice(-lines).join('\n');
}
