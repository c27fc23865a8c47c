/**
 * This process owns the network namespace of the far end. It opens the listener in that namespace and sends it to the
 * keeper, which is outside and can reach the service. Then it only keeps the namespace alive, and ends with the keeper.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

process.title = 'fullhouse-kernel-far-end';
process.on('disconnect', () => process.exit());

process.once('message', async ({ listen }) => {
  try {
    const server = createServer();
    server.listen({ host: listen, port: 0, backlog: 4096 });
    await once(server, 'listening');
    // After the keeper has the listener, this process closes its own copy; otherwise both would accept connections.
    process.send({}, server, {}, () => server.close());
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.send({ ready: true });
