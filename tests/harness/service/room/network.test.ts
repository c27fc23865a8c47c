import { armWebRtc, loseWebRtcPackets } from '../../../../src/network/page/index.ts';
import { expect, test } from './room-fixture.ts';

test('loss on the way of the sound leads to advice, which the page and the others show; it goes with its cause', async ({
  newUser,
  openPage,
  visit,
}) => {
  test.slow();
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const atBen = await visit(ben, meetingId);
  const room = await openPage();
  await armWebRtc(room.page);
  await room.goto(ada, meetingId);
  await room.join();
  await expect(room.quality).toHaveText(/^(Excellent|Good)$/);
  await expect(room.audioOnly).toBeHidden();

  const loss = await loseWebRtcPackets(room.page, { percent: 40 });
  await expect(room.audioOnly).toContainText('Your connection is very bad', { timeout: 60_000 });
  await expect(room.quality).toHaveText('Very bad');
  await expect(atBen.person(ada).getByText('Weak connection')).toBeVisible();
  const { report, advice } = (await room.network())!;
  expect(report!.packetLoss).toBeGreaterThan(5);
  expect(report!.packetLoss).toBeLessThan(70);
  expect(advice).toMatchObject({ enableAudioPriority: true, packetLossAcceptable: true });
  await expect(room.audioOnly).toContainText('sound goes first');
  await expect(room.page.getByText(`${advice!.recommendedBitrate} kbps`)).toBeVisible();
  expect((await ada.get(`/${meetingId}/network/recommendations`)).body.data).toEqual(
    (await room.network())!.advice,
  );

  await loss.undo();
  await expect(room.audioOnly).toBeHidden({ timeout: 60_000 });
  await expect(room.quality).toHaveText(/^(Excellent|Good)$/);
});

test('without audio the answers of the service are what is measured', async ({ newUser, openPage }) => {
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

test('what test tools read cannot be changed, and is gone with the room', async ({ newUser, visit }) => {
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
