import type { Answer, CommandOf, Request } from '../../asked-process.ts';
import type { Commands } from '../messages.ts';
import { Paths } from './paths.ts';

// The process of a link. It lives as long as the channel to its owner, which the kernel closes at any end of the owner.
// Its listeners, connections and faults end with this process.
process.on('disconnect', () => process.exit());
// The owner may have ended while this process was starting.
if (!process.connected) process.exit();
// Ctrl-C and a closed terminal reach the whole process group; the owner decides when the link ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const starting = Paths.start(process.argv[2] ?? '');

process.on('message', async ({ id, command }: Request<CommandOf<Commands>>) => {
  const paths = await starting;
  let answer: Answer;
  try {
    answer = { id, answer: await paths.obey(command) };
  } catch (error) {
    answer = { id, mistake: error instanceof Error ? error.message : String(error) };
  }
  if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
});
