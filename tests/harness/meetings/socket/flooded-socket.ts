// A process whose sockets are flooded: `node --import tsx flooded-socket.ts <wire | socket.io> <transport> <url> …`. It
// connects to one address after the other, waits until each connection ends, and writes a line of JSON: how the
// connection ended, and the growth of the peak memory of the process in bytes.
import { openSocket } from '../../../../src/meetings/socket/open-socket.ts';
import type { RoomSocket, SocketClient } from '../../../../src/meetings/socket/room-socket.ts';

const [client, transport, ...urls] = process.argv.slice(2);
const most = () => process.resourceUsage().maxRSS * 1024;

function endOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket: RoomSocket = openSocket(
      client as SocketClient,
      {
        url,
        policy: undefined,
        timeoutMs: 40_000,
        socket: { transports: [transport as 'websocket' | 'polling'] },
        credentials: () => ({}),
      },
      {
        onConnect: () => undefined,
        onDisconnect: resolve,
        onConnectError: (error) => {
          const { description } = error as { description?: { error?: Error } };
          resolve(description?.error?.message ?? error.message);
        },
        onAttempt: () => undefined,
        hears: () => true,
        onEvent: () => undefined,
      },
    );
    socket.connect();
  });
}

for (const url of urls) {
  const before = most();
  const how = await endOf(url);
  console.log(JSON.stringify({ how, grown: most() - before }));
}
process.exit();
