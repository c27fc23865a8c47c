import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Check } from '../../../src/checks/check.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import * as schedules from '../../../src/crowd/schedules/index.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import type { OwnFault } from '../../../src/network/link/faults/define-fault.ts';
import { Link } from '../../../src/network/link/link.ts';
import { loadProfile } from '../../../src/network/profiles/load.ts';
import { describeProfile } from '../../../src/network/profiles/profile.ts';
import { pageMetric } from '../../../src/timings/page-metrics.ts';
import * as formats from '../../../src/views/exports/formats.ts';

// Uses the additions of the recipes in docs/extending.md. It runs in a copy of the sources with these additions, and
// prints its results as JSON.

/** A part of a file of the recipes, which is in the folder of the copy. */
async function addition<Part>(file: string, name: string): Promise<Part> {
  return ((await import(join(process.cwd(), file))) as Record<string, Part>)[name]!;
}

function schedule() {
  const defaults = { users: 50, durationMs: 60_000, seed: 1 };
  const waves = schedules.parseSchedule('waves 2..8 every 4s for 12s', defaults) as schedules.Users;
  const users = [0, 2000, 4000, 6000].map((ms) => schedules.usersAt(waves, ms));
  return { sentence: schedules.describe(waves), users };
}

/** Sends five bytes through a path that the fault damages. */
async function fault() {
  const server = createServer((socket) => socket.resume().on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using link = await Link.start({ upstream, seed: 'recipes' });
  const path = await link.open('damaged');
  const socket = connect(Number(new URL(path.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const blackout = await addition<() => OwnFault>('faults/blackout.ts', 'blackout');
  const inflicted = await path.inflict(blackout(), { ttlMs: 30_000 });
  const before = await inflicted.prove();
  socket.write('bytes');
  let proof = before;
  while (!proof.isReal) proof = await inflicted.prove();
  await inflicted.heal();
  socket.destroy();
  server.close();
  const slowUplink = await addition<(settings: object) => OwnFault>('faults/slow-uplink.ts', 'slowUplink');
  const slow = await path.inflict(slowUplink({ kbps: 200 }));
  const { set } = (await path.stats()).up;
  return {
    sentence: inflicted.describe(),
    before: before.isReal,
    message: proof.message,
    slow: slow.describe(),
    set,
  };
}

const nobodyAlone = await addition<Check<void>>('checks/nobody-alone.ts', 'nobodyAlone');

/** The verdict on a roster of these users. */
function check(...users: readonly string[]) {
  const ledger = new Ledger(() => 0);
  const roster = users.map((userId) => ({ userId, handRaised: false }));
  if (users.length > 0)
    ledger.add({ who: 'x', type: 'state', source: 'service', state: { status: 'active', roster } });
  return judgeHistory(nobodyAlone(), ledger.entries).verdict;
}

const found = {
  schedule: schedule(),
  fault: await fault(),
  check: [check('anna', 'ben'), check('anna'), check()],
  operation: referenceContract().operations.get('meeting.active')?.over,
  pageMetric: pageMetric('page.fcp')?.source,
  profile: describeProfile(loadProfile('train')),
  formats: Object.values(formats).map(({ name }) => name),
};
console.log(JSON.stringify(found));
