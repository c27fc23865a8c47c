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

  /** A connected participant of a service that behaves like this, and what the service got of it. */
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

  test.describe(`over ${socketClient}: a message whose reply is an event`, () => {
    test('is answered by the one that is meant, and its values can be read', async () => {
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

    test('without `when`, any event of that name answers, and it has to be about the meeting', async () => {
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

    test('is refused by the refusal that is meant, with its reason', async () => {
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

  test.describe(`over ${socketClient}: a message that is acknowledged`, () => {
    test('has several values and a text of its own, and its `ok` is looked at', async () => {
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

    test('without `ok`, each acknowledgement is a success, also an empty one', async () => {
      await using one = await connected((socket) => {
        socket.on('note', (_: unknown, reply: () => void) => reply());
      });
      expect((await one.perform('note', 'm')).outcome).toBe('ok');
    });

    test('is a timeout where nobody acknowledges it, and aborted where the connection is closed', async () => {
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

  test.describe(`over ${socketClient}: a message without a reply`, () => {
    test('is counted under a name of its own, without a latency', async () => {
      await using one = await connected(() => undefined);
      expect(await one.perform('hand.raise', 'm')).toMatchObject({ outcome: 'ok' });
      await expect.poll(() => one.got, { intervals: [5] }).toEqual([['peer', { up: true }]]);
      expect(one.recorded('sent.hand.raise').outcomes).toEqual({ ok: 1 });
      expect(one.recorded('hand.raise').outcomes).toBeUndefined();
    });

    test('is not sent where there is no connection', async () => {
      await using one = await connected(() => undefined);
      one.service.io.disconnectSockets(true);
      await expect.poll(() => one.drops, { intervals: [5] }).toHaveLength(1);
      expect((await one.perform('hand.raise', 'm')).outcome).toBe('reset');
      expect(one.recorded('sent.hand.raise')).toEqual({ outcomes: { reset: 1 }, causes: ['not connected'] });
    });
  });

  test.describe(`over ${socketClient}: the end of the connection as an operation`, () => {
    test('is no drop, and the user can come again', async () => {
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

  test.describe(`over ${socketClient}: events of a contract`, () => {
    test('are told apart by `when`, by their user or by their text; the meeting is the one that was entered', async () => {
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

  test.describe(`over ${socketClient}: where the sockets of a service are`, () => {
    const elsewhere = contractWith(`
service: { socket: { path: /live/io, namespace: /rooms, transports: [polling] } }
operations: { room.enter: { emit: enter } }
`);

    test('path, namespace and transport are those of the contract', async () => {
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

    test('a service without that namespace refuses the connection', async () => {
      await using service = await roomService(() => undefined, { path: '/live/io' });
      const { room, recorded } = participant(service.url, { contract: elsewhere });
      expect(await room.connect()).not.toBe('ok');
      expect(recorded('socket.connect').causes).toEqual([expect.stringMatching(/namespace/i)]);
      await room.close();
    });
  });

  test.describe(`over ${socketClient}: a first message that says who the user is`, () => {
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

    test('is sent before anything else, and the connection is there when it is acknowledged', async () => {
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

    test('that is refused is a denied connection, with its reason', async () => {
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

    test('during which the service hangs up is a connection that was reset', async () => {
      await using service = await roomService((socket) => {
        socket.on('auth', () => service.reset());
      });
      const { room, recorded } = participant(service.url, { contract, identity: introducing('ack') });
      expect(await room.connect()).toBe('reset');
      expect(recorded('socket.connect').outcomes).toEqual({ reset: 1 });
      await room.close();
    });

    test('that nobody answers is a timeout', async () => {
      await using service = await roomService(() => undefined);
      const { room } = participant(service.url, { contract, identity: introducing('ack'), timeoutMs: 100 });
      expect(await room.connect()).toBe('timeout');
      await room.close();
    });
  });
}
