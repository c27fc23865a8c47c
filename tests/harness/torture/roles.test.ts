import { expect, test } from '@playwright/test';
import { roleOf } from './roles.ts';

const seen = [
  ['/usr/bin/node /a/node_modules/playwright/lib/worker/workerProcessEntry.js', 'worker'],
  ['node --import tsx service/main.ts', 'service'],
  ['/usr/bin/node --import tsx service/main.ts', 'service'],
  ['/bin/sh -c node --import tsx service/main.ts', undefined],
  ['fullhouse-postgres-keeper', 'keeper'],
  ['/usr/bin/node /a/service/database/keeper.mjs', 'keeper'],
  ['/a/native/bin/postgres -D /tmp/b/data -k /tmp/b -c listen_addresses=', 'postmaster'],
  ['/a/native/bin/initdb --pgdata=/tmp/b/data', undefined],
  ['/a/native/bin/postgres --single -F -O -j', undefined],
  ['postgres: checkpointer', undefined],
  ['/usr/bin/node --import file:///a/loader.mjs /a/src/network/link/proxy/main.ts 1', 'link'],
  ['/usr/bin/node /a/src/crowd/canary/echo.mjs', 'echo'],
  ['tcpdump -i lo -n -U', 'tcpdump'],
  ['fullhouse-kernel-keeper', 'kernel keeper'],
  ['fullhouse-kernel-far-end', 'far end'],
  ['/usr/lib/chromium/chromium-headless-shell --disable-field-trial-config --headless', 'browser'],
  ['/home/a/chrome-headless-shell-linux64/chrome-headless-shell --headless', 'browser'],
  ['/usr/lib/chromium/chromium-headless-shell --type=renderer --headless', undefined],
  ['/bin/sh -e /usr/bin/chromium-headless-shell --headless', undefined],
  ['/a/node_modules/@esbuild/linux-x64/bin/esbuild --service=0.28.2 --ping', undefined],
  ['node node_modules/playwright/cli.js test --project=load', undefined],
] as const;

for (const [commandLine, role] of seen) {
  test(`gives the role ${role ?? 'none'} to ${commandLine.slice(0, 80)}`, () => {
    expect(roleOf(commandLine)).toBe(role);
  });
}
