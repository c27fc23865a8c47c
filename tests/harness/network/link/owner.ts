// A process that owns a link and is killed before it closes the link: `node --import tsx owner.ts <upstream>`.
import { Link } from '../../../../src/network/link/link.ts';

const link = await Link.start({ upstream: process.argv[2]!, seed: 1 });
// The process of the link is still starting.
console.log(JSON.stringify({ pid: link.pid }));
const path = await link.open('of an owner that is killed');
const refused = await link.open('refused');
await path.inflict({ kind: 'stalled', direction: 'down' });
await refused.inflict({ kind: 'refusing' });
console.log(JSON.stringify({ url: path.url }));
