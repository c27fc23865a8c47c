import { connect } from 'node:net';
import { defineFault } from './define-fault.ts';

/** The path does not listen, so the kernel refuses new connections (ECONNREFUSED); open connections continue. */
export const refusing = defineFault({
  kind: 'refusing',
  describe: () => 'refusing new connections',
  apply(line) {
    line.isRefusing = true;
  },
  async prove(_, __, { host, port }) {
    const socket = connect(port, host);
    const result = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('was accepted'));
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(`failed with ${code}`));
    });
    socket.destroy();
    return { isReal: result === 'failed with ECONNREFUSED', message: `a new connection ${result}` };
  },
});
