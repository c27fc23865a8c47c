import { expect, test } from '@playwright/test';
import { nobody, participantOver, socketClients } from './connecting.ts';
import { answering, roomService } from './room-service.ts';

for (const socketClient of socketClients) {
  const participant = participantOver(socketClient);

  test.describe(`closing a room connection over ${socketClient}`, () => {
    test('records a pending room.enter as aborted, not as failed', async () => {
      await using service = await roomService(() => undefined);
      const { room, enter, recorded, drops } = participant(service.url, { timeoutMs: 60_000 });
      await room.connect();
      const entering = enter('m-1');
      void room.close();
      expect(await entering).toBe('aborted');
      expect(recorded('room.enter')).toEqual({ outcomes: { aborted: 1 }, causes: [] });
      expect(drops).toEqual([]);
    });

    test('aborts a pending connect, and aborts every operation after close', async () => {
      await using service = await roomService();
      const { room, enter, recorded } = participant(service.url, {
        token: 'never answered',
        timeoutMs: 60_000,
      });
      const connecting = room.connect();
      void room.close();
      expect(await connecting).toBe('aborted');
      expect(await room.connect()).toBe('aborted');
      expect(await enter('m-1')).toBe('aborted');
      expect(recorded('socket.connect').outcomes).toEqual({ aborted: 2 });
      await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
    });

    test('leaves no timer and no connection after close', async () => {
      const held = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP/.test(kind)).length;
      const before = held();
      {
        await using service = await roomService(answering);
        for (const token of ['good', 'refused']) {
          const { room, enter } = participant(service.url, { token, timeoutMs: 60_000 });
          await room.connect();
          await enter('m-1');
          await enter('full');
          void room.close();
        }
        const { room } = participant(await nobody(), { timeoutMs: 60_000 });
        await room.connect();
        void room.close();
        // The service's own connections end first: what is left is the participants'.
        await expect.poll(() => service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
      }
      for (let turn = 0; turn < 10_000 && held() > before; turn++)
        await new Promise((resolve) => setImmediate(resolve));
      expect(held()).toBeLessThanOrEqual(before);
    });
  });
}
