/**
 * The process that the far end's namespace is made for. It opens the listener there and hands it to the keeper, which
 * lives outside and can reach the service; then it only has to be there, and it ends with the keeper.
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
    // Closed here once it is there, or both would accept.
    process.send({}, server, {}, () => server.close());
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.send({ ready: true });
