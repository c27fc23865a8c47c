// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import type { Socket } from 'socket.io';
import { participantOver, socketClients } from './connecting.ts';
import { contractWith } from './contract/small-contract.ts';
import { userNamed } from './fake-context.ts';
import { roomService } from './room-service.ts';

const contract = contractWith(`
operations:
  room.enter:
    emit: enter
    json: { room: "\${meeting}", as: "\${user}", role: "\${input.role}" }
    reply: { on: state, when: payload.room == meeting }
    refusal: { on: problem, when: payload.about == "enter" }
    meeting: payload.room
  chat.send: { emit: say, args: ["\${meeting}", { text: "\${unique}" }], ok: payload.ok == true, causes: chat }
  note: { emit: note, json: { room: "\${meeting}" } }
  hand.raise: { emit: peer, json: { up: true }, reply: none, causes: hand-raised }
  meeting.leave: { disconnect: true, causes: participant-left }
events:
  participant-left: { on: left, user: payload }
  hand-raised: { on: peer, when: payload.up, user: payload.who }
  hand-lowered: { on: peer, when: payload.up == false, user: payload.who }
  chat: { on: said, match: "args[1].text", meeting: "args[0]" }
`);

for (const socketClient of socketClients) {
  const participant = participantOver(socketClient);

  /** A connected participant of a service with this behaviour, and the messages that the service received. */
  async function connected(behave: (socket: Socket) => void) {
    const got: unknown[][] = [];
    const service = await roomService((socket) => {
      socket.onAny((...message: unknown[]) => got.push(message.filter((part) => typeof part !== 'function')));
      behave(socket);
    });
    const one = participant(service.url, { contract });
    expect(await one.room.connect()).toBe('ok');
    return {
      ...one,
      service,
      got,
      async [Symbol.asyncDispose]() {
        await one.room.close();
        await service[Symbol.asyncDispose]();
      },
    };
  }

  test.describe(`a message with an event as its reply, over ${socketClient}`, () => {
    test('takes the event that matches `when` as the reply, and returns its values', async () => {
      await using one = await connected((socket) => {
        socket.on('enter', () => {
          socket.emit('state', { room: 'another' });
          socket.emit('state', { room: 'm', peers: ['ada'] });
        });
      });
      const answer = await one.perform('room.enter', 'm', { input: { role: 'guest' } });
      expect(answer).toMatchObject({
        outcome: 'ok',
        values: { payload: { peers: ['ada'] }, user: 'me', meeting: 'm' },
      });
      expect(one.got).toEqual([['enter', { room: 'm', as: 'me', role: 'guest' }]]);
      expect(one.recorded('room.enter')).toEqual({ outcomes: { ok: 1 }, causes: [] });
    });

    test('takes any event of the name as the reply without `when`, and checks its meeting', async () => {
      const anyState = contractWith(
        'operations: { room.enter: { emit: enter, reply: state, meeting: payload.room } }',
      );
      await using service = await roomService((socket) => {
        socket.on('enter', () => socket.emit('state', { room: 'another' }));
      });
      const { room, perform } = participant(service.url, { contract: anyState });
      await room.connect();
      const { outcome, cause } = await perform('room.enter', 'm');
      expect([outcome, cause]).toEqual(['invalid', 'answered about another meeting']);
      await room.close();
    });

    test('records a denial for the matching refusal event, with its reason', async () => {
      await using one = await connected((socket) => {
        socket.on('enter', ({ room }: { room: string }) => {
          socket.emit('problem', { about: 'chat', code: 'TOO_LONG' });
          if (room === 'full') socket.emit('problem', { about: 'enter', code: 'ROOM_FULL' });
          else socket.emit('state', { room });
        });
      });
      const refused = await one.perform('room.enter', 'full');
      expect(refused).toMatchObject({ outcome: 'denied', cause: 'ROOM_FULL' });
      expect(refused).not.toHaveProperty('values');
      expect((await one.perform('room.enter', 'm')).outcome).toBe('ok');
      expect(one.recorded('room.enter')).toEqual({ outcomes: { denied: 1, ok: 1 }, causes: ['ROOM_FULL'] });
    });
  });

  test.describe(`a message with an acknowledgement, over ${socketClient}`, () => {
    test('sends several values and a unique text, and judges the acknowledgement by `ok`', async () => {
      await using one = await connected((socket) => {
        socket.on('say', (_room: string, { text }: { text: string }, reply: (answer: object) => void) =>
          reply(text === 'x.1' ? { ok: true } : { ok: false, error: 'MUTED' }),
        );
      });
      const sent = await one.perform('chat.send', 'm', { unique: 'x.1' });
      expect(sent).toMatchObject({ outcome: 'ok', unique: 'x.1', values: { payload: { ok: true } } });
      expect(await one.perform('chat.send', 'm', { unique: 'x.2' })).toMatchObject({
        outcome: 'denied',
        cause: 'MUTED',
        unique: 'x.2',
      });
      expect(one.got.map((message) => message.slice(0, 3))).toEqual([
        ['say', 'm', { text: 'x.1' }],
        ['say', 'm', { text: 'x.2' }],
      ]);
    });

    test('accepts every acknowledgement without `ok`, even an empty one', async () => {
      await using one = await connected((socket) => {
        socket.on('note', (_: unknown, reply: () => void) => reply());
      });
      expect((await one.perform('note', 'm')).outcome).toBe('ok');
    });

    test('times out without an acknowledgement, and aborts when the connection is closed', async () => {
      await using one = await connected(() => undefined);
      one.patience.ms = 50;
      expect((await one.perform('note', 'm')).outcome).toBe('timeout');
      one.patience.ms = 60_000;
      // Both wait at the same time, and both end.
      const waiting = [one.perform('note', 'm'), one.perform('room.enter', 'm')];
      void one.room.close();
      expect((await Promise.all(waiting)).map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
      expect(one.recorded('note')).toEqual({ outcomes: { timeout: 1, aborted: 1 }, causes: ['timeout'] });
    });
  });

  test.describe(`a message without a reply, over ${socketClient}`, () => {
    test('counts a message without a reply under its own name, without a latency', async () => {
      await using one = await connected(() => undefined);
      expect(await one.perform('hand.raise', 'm')).toMatchObject({ outcome: 'ok' });
      await expect.poll(() => one.got, { intervals: [5] }).toEqual([['peer', { up: true }]]);
      expect(one.recorded('sent.hand.raise').outcomes).toEqual({ ok: 1 });
      expect(one.recorded('hand.raise').outcomes).toBeUndefined();
    });

    test('sends no message without a connection', async () => {
      await using one = await connected(() => undefined);
      one.service.io.disconnectSockets(true);
      await expect.poll(() => one.drops, { intervals: [5] }).toHaveLength(1);
      expect((await one.perform('hand.raise', 'm')).outcome).toBe('reset');
      expect(one.recorded('sent.hand.raise')).toEqual({ outcomes: { reset: 1 }, causes: ['not connected'] });
    });
  });

  test.describe(`a disconnect as an operation, over ${socketClient}`, () => {
    test('disconnects without a drop, and can connect again', async () => {
      await using one = await connected((socket) => {
        socket.on('enter', (message: object) => socket.emit('state', message));
      });
      expect((await one.perform('meeting.leave', 'm')).outcome).toBe('ok');
      expect(one.room.isConnected).toBe(false);
      await expect.poll(() => one.service.io.engine.clientsCount, { intervals: [5] }).toBe(0);
      expect((await one.perform('meeting.leave', 'm')).outcome).toBe('reset');
      expect(await one.room.connect()).toBe('ok');
      expect((await one.perform('room.enter', 'm')).outcome).toBe('ok');
      expect(one.drops).toEqual([]);
      expect(one.recorded('sent.meeting.leave').outcomes).toEqual({ ok: 1, reset: 1 });
    });
  });

  test.describe(`events of a contract, over ${socketClient}`, () => {
    test('distinguishes events by `when`, user or text, and fills in the entered meeting', async () => {
      await using one = await connected((socket) => {
        socket.on('enter', ({ room }: { room: string }) => {
          socket.emit('state', { room });
          socket.emit('peer', { up: true, who: 'ada' });
          socket.emit('peer', { up: false, who: 7 });
          socket.emit('peer', { who: 'neither' });
          socket.emit('said', 'other room', { text: 'x.1' });
          socket.emit('said', 'other room', {});
          socket.emit('unknown', { who: 'ada' });
          socket.emit('left', 'ben');
        });
      });
      await one.perform('room.enter', 'm');
      await expect.poll(() => one.events.length, { intervals: [5] }).toBe(4);
      expect(
        one.events.map(({ name, meetingId, userId, key }) => ({ name, meetingId, userId, key })),
      ).toEqual([
        { name: 'hand-raised', meetingId: 'm', userId: 'ada', key: 'ada' },
        { name: 'hand-lowered', meetingId: 'm', userId: '7', key: '7' },
        { name: 'chat', meetingId: 'other room', userId: '', key: 'x.1' },
        { name: 'participant-left', meetingId: 'm', userId: 'ben', key: 'ben' },
      ]);
    });
  });

  test.describe(`the socket address of a contract, over ${socketClient}`, () => {
    const elsewhere = contractWith(`
service: { socket: { path: /live/io, namespace: /rooms, transports: [polling] } }
operations: { room.enter: { emit: enter } }
`);

    test('uses the path, namespace and transport of the contract', async () => {
      await using service = await roomService(() => undefined, { path: '/live/io' });
      const transports: string[] = [];
      service.io.of('/rooms').on('connection', (socket) => {
        transports.push(socket.conn.transport.name);
        socket.on('enter', (reply: () => void) => reply());
      });
      const { room, perform } = participant(service.url, { contract: elsewhere });
      expect(await room.connect()).toBe('ok');
      expect((await perform('room.enter', 'm')).outcome).toBe('ok');
      expect(transports).toEqual(['polling']);
      await room.close();
    });

    test('fails to connect to a service without the namespace', async () => {
      await using service = await roomService(() => undefined, { path: '/live/io' });
      const { room, recorded } = participant(service.url, { contract: elsewhere });
      expect(await room.connect()).not.toBe('ok');
      expect(recorded('socket.connect').causes).toEqual([expect.stringMatching(/namespace/i)]);
      await room.close();
    });
  });

  test.describe(`a first message that authenticates the user, over ${socketClient}`, () => {
    const introducing = (reply: string, refusal?: string) => ({
      ...userNamed('me'),
      socket: {
        first: {
          emit: 'auth',
          json: { token: 'good' },
          reply,
          ...(refusal === undefined ? {} : { refusal }),
        },
      },
    });

    test('sends the first message before all others, and connects on its acknowledgement', async () => {
      const got: unknown[] = [];
      await using service = await roomService((socket) => {
        socket.on('auth', (message: object, reply: () => void) => {
          got.push(message);
          reply();
        });
        socket.on('note', (_: unknown, reply: () => void) => {
          got.push('note');
          reply();
        });
      });
      const { room, perform, recorded } = participant(service.url, {
        contract,
        identity: introducing('ack'),
      });
      expect(await room.connect()).toBe('ok');
      await perform('note', 'm');
      expect(got).toEqual([{ token: 'good' }, 'note']);
      expect(recorded('socket.connect').outcomes).toEqual({ ok: 1 });
      await room.close();
    });

    test('denies the connection when the first message is refused, with the reason', async () => {
      await using service = await roomService((socket) => {
        socket.on('auth', () => socket.emit('no', { error: 'TOKEN_UNKNOWN' }));
      });
      const { room, recorded } = participant(service.url, {
        contract,
        identity: introducing('welcome', 'no'),
      });
      expect(await room.connect()).toBe('denied');
      expect(recorded('socket.connect')).toEqual({ outcomes: { denied: 1 }, causes: ['TOKEN_UNKNOWN'] });
      expect(room.isConnected).toBe(false);
      await room.close();
    });

    test('records a reset when the service hangs up during the first message', async () => {
      await using service = await roomService((socket) => {
        socket.on('auth', () => service.reset());
      });
      const { room, recorded } = participant(service.url, { contract, identity: introducing('ack') });
      expect(await room.connect()).toBe('reset');
      expect(recorded('socket.connect').outcomes).toEqual({ reset: 1 });
      await room.close();
    });

    test('times out when nobody answers the first message', async () => {
      await using service = await roomService(() => undefined);
      const { room } = participant(service.url, { contract, identity: introducing('ack'), timeoutMs: 100 });
      expect(await room.connect()).toBe('timeout');
      await room.close();
    });
  });
}
