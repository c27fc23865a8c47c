import { suite } from './suite.ts';

/** What takes too long for each change: nightly, and before a release (`npm run test:deep`). */
export default suite({ ending: '.deep.ts', prefix: 'deep-' });
