// A command with a temporary folder that waits for a child, which never ends by itself.
import { openOwnedFolder } from '../../../src/kernel/owned-folder.ts';

export async function main([parent], io) {
  await openOwnedFolder('report', parent);
  const program = 'console.log("child " + process.pid); setInterval(() => undefined, 1000);';
  return (await io.node(['-e', program])) ?? 1;
}
