import { parseArgs } from 'node:util';
import type { ForeignOptions } from './foreign-service.ts';
import { type ForeignName, foreignServices } from './services.ts';
import { type Ready, startForeign } from './start.ts';

/** `node --import tsx tests/harness/foreign/main.ts <name>` starts one of the services until it gets a signal. */
const USAGE = [
  'Usage: main.ts <name> [--defects=a,b] [--port=0] [--pingMs=1000] [--graceMs=2000] [--seats=200] [--folder=keys]',
  'LOAD_PASSWORD is the password of all accounts of cookie-acks. Names and their defects:',
  ...Object.entries(foreignServices).flatMap(([name, { defects }]) => [
    `  ${name}`,
    ...Object.entries(defects).map(([defect, does]) => `    ${defect}: ${does}`),
  ]),
].join('\n');

try {
  const { name, options } = readArguments();
  const { url, contract, environment, close } = await startForeign(name, options);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void close().then(() => process.exit(0));
  };
  for (const signal of signals) process.on(signal, end);
  // A service that another process started ends with that process.
  if (process.send) {
    process.on('disconnect', end);
    process.send({ url, contract, environment } satisfies Ready);
  }
  const settings = Object.entries({ CONTRACT: contract, ...environment });
  console.log(`${name} is ready at ${url}\nTo test it, set:`);
  for (const [variable, value] of settings) console.log(`export ${variable}=${value}`);
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}

function readArguments(): { name: ForeignName; options: ForeignOptions } {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { defects: text, port: text, pingMs: text, graceMs: text, seats: text, folder: text },
  });
  const [name = ''] = positionals;
  if (!Object.hasOwn(foreignServices, name) || positionals.length > 1)
    throw new Error(`"${positionals.join(' ')}" is not the name of one service.`);
  const { LOAD_PASSWORD: password } = process.env;
  const { defects, folder, ...numbers } = values;
  return {
    name: name as ForeignName,
    options: {
      ...Object.fromEntries(Object.entries(numbers).map(([flag, value]) => [flag, wholeNumber(flag, value)])),
      ...(defects ? { defects: defects.split(',') } : {}),
      ...(folder === undefined ? {} : { folder }),
      ...(password ? { password } : {}),
    },
  };
}

function wholeNumber(flag: string, value: string): number {
  if (!/^\d{1,7}$/.test(value)) throw new Error(`--${flag}=${value} is not a whole number.`);
  return Number(value);
}
