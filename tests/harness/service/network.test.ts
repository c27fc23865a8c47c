import { randomUUID } from 'node:crypto';
import { adviseOnNetwork } from '../../../service/meetings/network-advice.ts';
import { expect, test } from './service-fixture.ts';

const GOOD = { quality: 'good', rtt: 150, packetLoss: 2, bandwidth: 800 } as const;

test.describe('the network advice', () => {
  for (const [quality, kbps, audioFirst] of [
    ['excellent', 2000, false],
    ['good', 1000, false],
    ['poor', 500, true],
    ['bad', 200, true],
    ['very_bad', 100, true],
    ['down', 0, true],
  ] as const) {
    test(`the advice for ${quality} quality is ${kbps} kbps, and audio first: ${audioFirst}`, () => {
      expect(adviseOnNetwork({ ...GOOD, quality })).toMatchObject({
        recommendedBitrate: kbps,
        enableAudioPriority: audioFirst,
      });
    });
  }

  for (const [measured, audioFirst] of [
    [{ packetLoss: 5 }, false],
    [{ packetLoss: 5.1 }, true],
    [{ rtt: 500 }, false],
    [{ rtt: 501 }, true],
    [{ bandwidth: 100 }, false],
    [{ bandwidth: 99 }, true],
  ] as const) {
    test(`the advice for good quality with ${JSON.stringify(measured)} has audio first: ${audioFirst}`, () => {
      expect(adviseOnNetwork({ ...GOOD, ...measured }).enableAudioPriority).toBe(audioFirst);
    });
  }

  for (const [packetLoss, isAcceptable] of [
    [0, true],
    [70, true],
    [70.1, false],
    [71, false],
    [100, false],
  ] as const) {
    test(`the advice for ${packetLoss}% packet loss has packetLossAcceptable: ${isAcceptable}`, () => {
      expect(adviseOnNetwork({ ...GOOD, packetLoss }).packetLossAcceptable).toBe(isAcceptable);
    });
  }
});

test.describe('a network report', () => {
  test('a network report gets advice, and the roster shows it', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    expect((await host.get(`/${meetingId}/network/recommendations`)).body.data.recommendedBitrate).toBe(2000);

    const report = { quality: 'bad', rtt: 900, packetLoss: 71, bandwidth: 120 };
    const { status, body } = await host.post(`/${meetingId}/network/quality`, report);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      data: {
        enableAudioPriority: true,
        recommendedBitrate: 200,
        packetLossAcceptable: false,
        actions: ['prioritize_audio', 'reduce_video_quality', 'reconnect'],
      },
    });
    expect((await host.get(`/${meetingId}/network/recommendations`)).body).toEqual(body);
    expect((await host.get(`/${meetingId}`)).body.data.participants[0].networkQuality).toBe('bad');
  });

  test('the service refuses network reports of strangers and with values out of range', async ({
    newUser,
  }) => {
    const host = newUser();
    const meetingId = await host.open();
    const stranger = await newUser().post(`/${meetingId}/network/quality`, GOOD);
    expect([stranger.status, stranger.body.error]).toEqual([403, 'NOT_PARTICIPANT']);
    expect((await newUser().get(`/${meetingId}/network/recommendations`)).body.error).toBe('NOT_PARTICIPANT');
    expect((await host.post(`/${randomUUID()}/network/quality`, GOOD)).body.error).toBe('MEETING_NOT_FOUND');
    for (const wrong of [{ quality: 'fine' }, { rtt: -1 }, { packetLoss: 101 }, { bandwidth: 'much' }]) {
      const { status, body } = await host.post(`/${meetingId}/network/quality`, { ...GOOD, ...wrong });
      expect([status, body.error]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.details).toEqual([{ path: `body.${Object.keys(wrong)[0]}`, message: expect.any(String) }]);
    }
  });
});
