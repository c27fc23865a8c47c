import { expect, test } from './room-fixture.ts';

test('a page without audio measures its network on the answers of the service', async ({
  newUser,
  openPage,
}) => {
  const ada = newUser();
  const meetingId = await ada.open();
  const room = await openPage();
  await room.goto(ada, meetingId);
  await room.page.getByLabel('With microphone').uncheck();
  await room.join();
  await expect(room.page.getByText('Measured on the answers of the service')).toBeVisible();
  await expect.poll(async () => (await room.network())?.advice?.packetLossAcceptable).toBe(true);
  const { source, lines, rttMs, report } = (await room.network())!;
  expect({ source, lines }).toEqual({ source: 'service', lines: 0 });
  expect(rttMs).toBeGreaterThan(0);
  expect(report).toMatchObject({ packetLoss: 0, rtt: expect.any(Number) });
  expect((await ada.get(`/${meetingId}`)).body.data.participants[0].networkQuality).toBe(report!.quality);
});

test('scripts cannot change the network figures, which disappear with the room', async ({
  newUser,
  visit,
}) => {
  const ada = newUser();
  const room = await visit(ada, await ada.open());
  await expect.poll(() => room.network()).toBeDefined();
  const changed = `(() => {
    'use strict';
    const tries = [
      () => { meetingRoom.network().quality = 'down'; },
      () => { meetingRoom.network().packets.received = 7; },
      () => { meetingRoom.network = () => 7; },
      () => { window.meetingRoom = 7; },
    ];
    return tries.filter((change) => { try { change(); return true; } catch { return false; } }).length;
  })()`;
  expect(await room.page.evaluate(changed)).toBe(0);
  await room.button('Leave').click();
  await expect(room.joinButton).toBeVisible();
  expect(await room.network()).toBeUndefined();
});
