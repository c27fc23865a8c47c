import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import type { ServerOptions, Socket } from 'socket.io';
import { hear, play, quickly, type Scene, shown } from './both-sockets.ts';

/** The WebSocket of `ws` below a socket of the service. */
interface Raw {
  send(data: string | Buffer, options?: object): void;
  ping(data: string): void;
  close(code: number, reason: string): void;
  on(event: 'pong', heard: (data: Buffer) => void): void;
  readonly extensions: string;
  readonly _socket: { write(bytes: Buffer): void };
}

function raw({ conn }: Socket): Raw {
  return (conn as unknown as { transport: { socket: Raw } }).transport.socket;
}

const long = 'ä€🎉'.repeat(30_000);

const scenes: Readonly<Record<string, Scene | readonly [Scene, Partial<ServerOptions>]>> = {
  'events in both directions with all kinds of values': async (stage) => {
    const { io, service, client, open } = stage;
    io.on('connection', (socket) => {
      hear(socket, service);
      socket.on('please', () => {
        for (let number = 0; number < 300; number++) socket.emit('numbered', number, { text: `ü ${number}` });
        socket.emit('all', null, true, 0.5, -1, '', [], {}, [1, [2, { deep: [null] }]], undefined, 'end');
        socket.emit('quoted "name" \\ ü', '"', '\\', '\u2028', '\ud800');
        socket.emit('none');
        socket.emit('long', long);
        socket.emit('last');
      });
    });
    const socket = open();
    await client.has('connect');
    for (let number = 0; number < 50; number++) socket.emit('counted', [number, 'é']);
    socket.emit('all', [null, false, 1.5, { ü: ['🎉'] }, undefined, [undefined], 'end']);
    socket.emit('long', [long]);
    socket.emit('middle', ['x'.repeat(200), 'y'.repeat(70_000)]);
    socket.emit('please', []);
    await client.has('last');
  },

  'acknowledgements in both directions, reordered and missing': async (stage) => {
    const { io, client, service, open } = stage;
    io.on('connection', (socket) => {
      const held: (() => void)[] = [];
      socket.on('ask', (what: unknown, answer: (...values: unknown[]) => void) => {
        if (what === 'first') held.push(() => answer('late', what));
        else answer(what, { ok: true }, null);
        if (what === 'third') held.pop()?.();
      });
      socket.on('tell', () => {
        socket.emit('question', 7, (...values: unknown[]) => service.add('answered', ...values));
      });
    });
    const socket = open();
    await client.has('connect');
    for (const what of ['first', 'second', 'third'])
      socket.emit('ask', [what], (...values) => client.add('acknowledged', ...values));
    await client.has('acknowledged', 3);
    socket.emit('unknown', [], () => client.add('never'));
    socket.emit('tell', []);
    await client.has('question');
    const answer = client.lines.at(-1)!.at(-1) as (...values: unknown[]) => void;
    client.lines[client.lines.length - 1] = client.lines.at(-1)!.map(shown);
    answer('yes', { n: 1 });
    answer('twice');
    await service.has('answered');
  },

  'binary data in events and acknowledgements': async (stage) => {
    const { io, client, service, open } = stage;
    io.on('connection', (socket) => {
      hear(socket, service);
      socket.on('bytes', (data: { a: Buffer }, answer: (...values: unknown[]) => void) => {
        socket.emit('bytes', { nested: [data.a, Buffer.from([0, 255])] }, Buffer.alloc(70_000, 7), 'text');
        socket.emit('after');
        answer(Buffer.from('answer'), { more: new Uint8Array([1, 2]) });
      });
    });
    const socket = open();
    await client.has('connect');
    socket.emit('bytes', [{ a: Buffer.from([1, 2, 3]), b: new Uint8Array([9]) }], (...values) =>
      client.add('acknowledged', ...values),
    );
    await client.has('acknowledged');
    await client.has('after');
  },

  'messages sent before the connection is open': async ({ io, client, service, open }) => {
    io.on('connection', (socket) => hear(socket, service));
    const socket = open();
    socket.emit('early', [1]);
    socket.emit('binary', [Buffer.from('x')]);
    await client.has('connect');
    socket.emit('later', []);
    await service.has('later');
  },

  'a disconnect by the service, with and without its engine': async ({ io, client, open }) => {
    io.on('connection', (socket) => {
      socket.on('go', (withEngine: boolean) => socket.disconnect(withEngine));
    });
    const socket = open({ policy: quickly });
    for (const [index, withEngine] of [true, false].entries()) {
      await client.has('connect', index + 1);
      socket.emit('go', [withEngine]);
      await client.has('disconnect', index + 1);
      // The socket does not reconnect by itself, but a call connects it.
      client.add('stays', socket.isConnected, socket.id === undefined);
      socket.connect();
    }
    await client.has('connect', 3);
  },

  'a closed engine and the reconnect by policy': async ({ io, client, service, open }) => {
    io.on('connection', (socket) => {
      service.add('connected');
      socket.on('die', () => socket.conn.close());
    });
    const socket = open({ policy: quickly });
    await client.has('connect');
    socket.emit('die', []);
    await client.has('connect', 2);
    socket.closeEngine();
    await client.has('connect', 3);
  },

  'a lost connection without a reconnect policy': async ({ client, open, reset }) => {
    const socket = open();
    await client.has('connect');
    reset();
    await client.has('disconnect');
    client.add('connected', socket.isConnected);
  },

  'a TCP reset and the reconnect': async ({ client, open, reset }) => {
    open({ policy: quickly });
    await client.has('connect');
    reset();
    await client.has('connect', 2);
  },

  'a disconnect and a new connect by the client': async ({ io, client, service, open }) => {
    io.on('connection', (socket) => hear(socket, service));
    const socket = open();
    await client.has('connect');
    socket.disconnect();
    client.add('gone', socket.isConnected);
    await service.has('disconnect');
    socket.connect();
    await client.has('connect', 2);
    socket.dispose();
    await service.has('disconnect', 2);
  },

  'a disconnect during the connect': async ({ client, open }) => {
    const socket = open();
    socket.disconnect();
    client.add('left');
    socket.connect();
    await client.has('connect');
  },

  'pings of the service': [
    async ({ io, client, service, open }) => {
      io.engine.on(
        'connection',
        (conn: { on(event: string, heard: (packet: { type: string }) => void): void }) =>
          conn.on('packet', ({ type }) => type === 'pong' && service.lines.length < 4 && service.add('pong')),
      );
      const socket = open();
      await client.has('connect');
      await service.has('pong', 4);
      client.add('connected', socket.isConnected);
    },
    { pingInterval: 15, pingTimeout: 5000 },
  ],

  'the ping timeout of a silent service and the reconnect': [
    async ({ io, client, open }) => {
      let isFirst = true;
      io.on('connection', ({ conn }) => {
        if (!isFirst) return;
        isFirst = false;
        const engine = conn as unknown as {
          pingIntervalTimer: NodeJS.Timeout;
          pingTimeoutTimer: NodeJS.Timeout;
        };
        clearTimeout(engine.pingIntervalTimer);
        clearTimeout(engine.pingTimeoutTimer);
      });
      open({ policy: quickly });
      await client.has('connect', 2);
    },
    { pingInterval: 40, pingTimeout: 60 },
  ],

  'a refused connection with error data': async ({ io, client, open }) => {
    io.use((_, next) => next(Object.assign(new Error('Nö, nicht du'), { data: { code: 'BANNED' } })));
    const socket = open({ policy: quickly });
    await client.has('connect_error');
    client.add('connected', socket.isConnected);
    socket.connect();
    await client.has('connect_error', 2);
  },

  'auth at each attempt, and query, headers and cookies of the handshake': async (stage) => {
    const { io, client, service, open } = stage;
    io.on('connection', ({ handshake, conn }) => {
      const {
        cookie,
        'x-one': one,
        authorization,
        'sec-websocket-extensions': extensions,
      } = handshake.headers;
      const { t: _, ...query } = handshake.query;
      service.add(
        'handshake',
        handshake.auth,
        query,
        cookie,
        one,
        authorization,
        extensions,
        conn.transport.name,
      );
    });
    let token = 0;
    const credentials = () => ({
      auth: { token: `t${++token > 2 ? 2 : token}`, ü: true },
      query: { room: 'a b&c', lang: 'dé' },
      headers: { Cookie: 'a=1; b=2', 'X-One': 'yes', Authorization: 'Bearer x' },
    });
    const socket = open({ policy: quickly, credentials });
    await client.has('connect');
    socket.closeEngine();
    await client.has('connect', 2);
    for (const line of service.lines) (line[1] as { token: string }).token = 'renewed';
  },

  'a separate namespace and the events of others': async ({ io, client, service, open }) => {
    io.of('/rooms').on('connection', (socket) => {
      hear(socket, service);
      socket.on('ask', (answer: (value: string) => void) => {
        socket.emit('here', { in: '/rooms' }, Buffer.from('x'));
        answer('done');
      });
    });
    const socket = open({ namespace: '/rooms', credentials: () => ({ auth: { a: 1 } }) });
    await client.has('connect');
    socket.emit('ask', [], (value) => client.add('acknowledged', value));
    await client.has('acknowledged');
    io.of('/').emit('elsewhere');
    io.of('/rooms').emit('last');
    await client.has('last');
    io.of('/rooms').disconnectSockets();
    await client.has('disconnect');
  },

  'an unknown namespace': async ({ client, open }) => {
    open({ namespace: '/nope', policy: quickly });
    await client.has('connect_error');
  },

  'a custom path': [
    async ({ client, open }) => {
      open({ path: '/live/io/' });
      await client.has('connect');
    },
    { path: '/live/io' },
  ],

  'an unknown path': async ({ http, client, open }) => {
    // Socket.IO leaves upgrades of other paths open for some time.
    http.on('upgrade', (_, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    open({ path: '/elsewhere' });
    await client.has('connect_error');
  },

  'a proxy that answers with a page, without HTTP, or hangs up': async ({ http, client, open }) => {
    http.removeAllListeners('upgrade');
    const answers = [
      'HTTP/1.1 503 Unavailable\r\ncontent-length: 2\r\n\r\nno',
      'SSH-2.0-OpenSSH_9.6 and so on\r\n',
      '',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n',
    ];
    http.on('upgrade', (_, socket) => socket.end(answers.shift()));
    const socket = open();
    for (let times = 1; times <= 4; times++) {
      await client.has('connect_error', times);
      socket.connect();
    }
  },

  'a closed port': async ({ http, client, open, reset }) => {
    reset();
    http.close();
    await once(http, 'close');
    open();
    await client.has('connect_error');
  },

  'a handshake that the service never answers': async ({ http, client, open }) => {
    http.removeAllListeners('upgrade');
    http.on('upgrade', () => undefined);
    open({ timeoutMs: 60 });
    await client.has('connect_error');
  },

  'a service that restarts on its port': async ({ http, client, open, reset }) => {
    open({ policy: quickly });
    await client.has('connect');
    const { port } =
      new URL(`http://${(http.address() as { address: string }).address}`) &&
      (http.address() as { port: number });
    http.close();
    reset();
    await client.has('connect_error');
    http.listen(port, '127.0.0.1');
    await client.has('connect', 2);
    // The number of attempts depends on the timing.
    const isTry = ([what]: unknown[]) => what === 'attempt' || what === 'connect_error';
    const others = client.lines.filter((line) => !isTry(line));
    client.lines.splice(0, client.lines.length, ...others);
  },

  'connection state recovery without lost events': [
    async ({ io, client, service, open }) => {
      io.on('connection', (socket) => service.add('connected', socket.recovered));
      const socket = open({ policy: quickly, hears: (name) => name !== 'unheard' });
      await client.has('connect');
      io.emit('one', 1);
      io.emit('unheard');
      await client.has('one');
      socket.closeEngine();
      io.emit('two', 2);
      await client.has('two');
      // The last value is a random offset of the service.
      for (const line of client.lines) if (line.length === 3) line.pop();
    },
    { connectionStateRecovery: { maxDisconnectionDuration: 10_000 } },
  ],

  'invalid packets of Socket.IO and unknown packets of the engine': async (stage) => {
    const { io, client, open } = stage;
    const wrong = [
      ['42[not json'],
      ['42["connect"]'],
      ['42{}'],
      ['4x'],
      ['4'],
      ['451-["a",{"_placeholder":true,"num":0}]', '42["text in the place of bytes"]'],
      [Buffer.from('bytes for nothing')],
      ['x'],
      [''],
    ];
    const count = wrong.length;
    io.on('connection', (socket) => {
      socket.on('go', () => {
        for (const packet of wrong.shift() ?? []) raw(socket).send(packet);
      });
    });
    const socket = open({ policy: quickly });
    for (let times = 1; times <= count; times++) {
      await client.has('connect', times);
      socket.emit('go', []);
    }
    await client.has('connect', count + 1);
  },

  'fragmented frames, control frames between fragments, and unknown engine packets': async (stage) => {
    const { io, client, service, open } = stage;
    io.on('connection', (socket) => {
      const web = raw(socket);
      web.on('pong', (data) => service.add('pong', String(data)));
      socket.on('go', () => {
        web.send('42["pa', { fin: false });
        web.ping('are you there?');
        web.send('rt"', { fin: false });
        web.send(',"ü"]', { fin: true });
        web.send('6');
        web.send('1');
        web.send('3');
        web.send('451-["bytes",{"_placeholder":true,"num":0}]');
        web.send(Buffer.from([1, 2]), { fin: false });
        web.send(Buffer.from([3]), { fin: true });
        web.send('451-["bytes",{"_placeholder":true,"num":0}]');
        web.send('bAQID');
        web.send('42["last"]');
      });
      socket.on('close', (code) => web.close(code, 'for a reason'));
    });
    const socket = open();
    await client.has('connect');
    socket.emit('go', []);
    await client.has('last');
    await service.has('pong');
    socket.emit('close', [4000]);
    await client.has('disconnect');
  },

  'invalid WebSocket frames': async ({ io, client, open }) => {
    const broken = [
      'c100',
      '83027878',
      'f100',
      '81fe',
      '8000',
      '0100010081',
      '8100ff',
      '8102c328',
      '8980',
      '09006161',
      '897e0100',
    ];
    const count = broken.length;
    io.on('connection', (socket) => {
      socket.on('go', () => raw(socket)._socket.write(Buffer.from(broken.shift() ?? '', 'hex')));
    });
    const socket = open({ policy: quickly });
    for (let times = 1; times <= count; times++) {
      await client.has('connect', times);
      socket.emit('go', []);
    }
    await client.has('connect', count + 1);
  },

  'a service that compresses': [
    async ({ io, client, service, open }) => {
      io.on('connection', (socket) => {
        hear(socket, service);
        service.add('extensions', raw(socket).extensions);
        socket.on('please', () => {
          for (let number = 0; number < 20; number++) socket.emit('long', number, long);
          socket.emit('short');
          socket.emit('bytes', Buffer.alloc(5000, 1));
        });
      });
      const socket = open();
      await client.has('connect');
      socket.emit('long', [long]);
      socket.emit('please', []);
      await client.has('bytes');
      socket.disconnect();
      await service.has('disconnect');
    },
    { perMessageDeflate: true },
  ],
};

for (const [name, one] of Object.entries(scenes)) {
  const [scene, options] = (Array.isArray(one) ? one : [one]) as [Scene, Partial<ServerOptions>?];
  test(`the wire socket and socket.io-client agree on ${name}`, async () => {
    const real = await play('socket.io', scene, options);
    const wire = await play('wire', scene, options);
    expect(wire).toEqual(real);
    expect(real.client.length).toBeGreaterThan(0);
  });
}

test.describe('the comparison of both sockets', () => {
  const scene: Scene = async ({ io, client, open }) => {
    io.on('connection', (socket) => {
      socket.on('ask', (answer: (value: number) => void) => {
        socket.emit('told', 1);
        answer(1);
      });
    });
    const socket = open();
    await client.has('connect');
    socket.emit('ask', [], (value) => client.add('acknowledged', value));
    await client.has('acknowledged');
  };

  test('detects a client that loses an event or changes a value', async () => {
    const deaf: Scene = (stage) =>
      scene({ ...stage, open: (opening) => stage.open({ ...opening, hears: (name) => name !== 'told' }) });
    const changed: Scene = (stage) => {
      stage.io.use((socket, next) => {
        socket.use(([name], proceed) => proceed(name === 'ask' ? undefined : new Error('no')));
        next();
      });
      stage.io.on('connection', (socket) => socket.emit('told', 2));
      return scene(stage);
    };
    const right = await play('socket.io', scene);
    expect(await play('wire', scene)).toEqual(right);
    expect(await play('wire', deaf)).not.toEqual(right);
    expect(await play('wire', changed)).not.toEqual(right);
  });
});
