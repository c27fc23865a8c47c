import type { Answer, CommandOf, Request } from '../../asked-process.ts';
import type { Commands } from '../messages.ts';
import { Paths } from './paths.ts';

// The process of a link. It lives as long as the channel to its owner: the kernel closes that with the owner, however
// it ends, and with this process go its listeners, connections and faults.
process.on('disconnect', () => process.exit());
// It may have gone while this process was starting.
if (!process.connected) process.exit();
// Ctrl-C and a closed terminal reach the whole process group; the owner decides when the link goes.
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
