import { suite } from './suite.ts';

/** The gate: what each change must pass (`npm test`). */
export default suite({ ending: '.test.ts' });
