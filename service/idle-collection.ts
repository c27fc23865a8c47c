import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'socket.io';

/** No user notices a pause of the process after this time without any. */
const IDLE_MS = 4_000;
const CHECK_MS = 1_000;

/** Calls that observers repeat all the time. */
const OBSERVED = /^\/(?:metrics|health)\b/;

/**
 * Collects all garbage once when the service becomes idle: no connection, and no request for 4 s. So it gives memory back after
 * each crowd, and the heap after a collection is comparable from one crowd to the next. V8 alone may do that much
 * later, or never while something reads the metrics.
 */
export function collectWhenIdle(app: FastifyInstance, io: Server): void {
  const collect = garbageCollection();
  let [activeAt, isDirty] = [performance.now(), false];
  const noteActivity = () => {
    activeAt = performance.now();
    isDirty = true;
  };
  app.addHook('onRequest', async ({ url }) => {
    if (!OBSERVED.test(url)) noteActivity();
  });
  io.on('connection', noteActivity);
  const timer = setInterval(() => {
    if (io.engine.clientsCount > 0) noteActivity();
    if (!isDirty || performance.now() - activeAt < IDLE_MS) return;
    isDirty = false;
    collect();
  }, CHECK_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** A full, synchronous collection. Only a new context gets the function that the flag exposes. */
function garbageCollection(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
