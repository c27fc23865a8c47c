// `npm run build`: compiles the package into dist/. `npm pack` starts it too.
//   --docs  also writes what is made from the types: docs/api.md, and etc/fullhouse.api.md, the shape of the API
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.ts';

const reportFolder = join(root, 'reports', 'api');
const { guide, report } = await build({ into: join(root, 'dist'), reportFolder });
if (process.argv.includes('--docs')) {
  mkdirSync(join(root, 'etc'), { recursive: true });
  copyFileSync(report, join(root, 'etc', 'fullhouse.api.md'));
  writeFileSync(join(root, 'docs', 'api.md'), guide());
}
