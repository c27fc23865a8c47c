import { armWebRtc, loseWebRtcPackets } from '../../../../src/network/page/webrtc-loss.ts';
import { expect, test } from './room-fixture.ts';

test('packet loss of the audio shows advice to the user and a weak connection to others', async ({
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
  await expect(room.audioOnly).toContainText('prefer audio');
  await expect(room.page.getByText(`${advice!.recommendedBitrate} kbps`)).toBeVisible();
  expect((await ada.get(`/${meetingId}/network/recommendations`)).body.data).toEqual(
    (await room.network())!.advice,
  );

  await loss.undo();
  await expect(room.audioOnly).toBeHidden({ timeout: 60_000 });
  await expect(room.quality).toHaveText(/^(Excellent|Good)$/);
});
