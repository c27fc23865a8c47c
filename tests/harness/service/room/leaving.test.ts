import type { Page } from '@playwright/test';
import { deferred } from '../../../../src/kernel/deferred.ts';
import type { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';
import { type RoomPage, rosterOf } from './room-page.ts';

/** Delays the network reports of the page. `arrived` resolves when the page has sent the first report. */
async function holdReports(page: Page) {
  const [arrived, released] = [deferred<void>(), deferred<void>()];
  await page.route('**/network/quality', async (route) => {
    arrived.resolve();
    await released.promise;
    // A report that the page has aborted cannot continue.
    await route.continue().catch(() => undefined);
  });
  return { arrived: arrived.promise, release: () => released.resolve() };
}

/** A guest's tab before it joins the host's meeting, with delayed network reports. */
async function guestsTab(newUser: () => User, openPage: () => Promise<RoomPage>) {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  const room = await openPage();
  return { host, guest, meetingId, room, reports: await holdReports(room.page) };
}

test('a page that leaves waits for the answer to its network report', async ({
  newUser,
  openPage,
  consoleErrors,
}) => {
  const { host, guest, meetingId, room, reports } = await guestsTab(newUser, openPage);
  const answers: string[] = [];
  room.page.on('response', (response) => {
    const call = /(quality|leave)$/.exec(response.url())?.[0];
    if (call) answers.push(`${call} ${response.status()}`);
  });
  await room.goto(guest, meetingId);
  await room.join();
  await reports.arrived;
  await room.button('Leave').click();
  reports.release();
  await expect(room.alert).toHaveText('You have left the meeting.');
  expect(answers.at(-1)).toBe('leave 200');
  expect(answers.filter((answer) => !answer.endsWith(' 200'))).toEqual([]);
  expect(await rosterOf(host, meetingId)).toHaveLength(1);
  expect(consoleErrors).toEqual([]);
});

test('a page that leaves aborts a network report without an answer', async ({
  newUser,
  openPage,
  consoleErrors,
}) => {
  const { host, guest, meetingId, room, reports } = await guestsTab(newUser, openPage);
  const failed: string[] = [];
  room.page.on('requestfailed', (request) => failed.push(request.url()));
  await room.goto(guest, meetingId);
  await room.join();
  await reports.arrived;
  await room.button('Leave').click();
  await expect(room.alert).toHaveText('You have left the meeting.');
  // If the page had not aborted the report, the service would refuse it now, and the console would show an error.
  reports.release();
  expect(failed).toEqual([expect.stringContaining('/network/quality')]);
  expect(await rosterOf(host, meetingId)).toHaveLength(1);
  await room.join();
  expect(consoleErrors).toEqual([]);
});
