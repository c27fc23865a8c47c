import { benchmarks } from '../../src/benchmarks/catalogue/index.ts';
import { refuseUnmeasured } from '../../src/benchmarks/refuse-unmeasured.ts';
import { loadSettings } from '../../src/config/environment.ts';

/** What the benchmarks and their verdict have to agree on. */
export { benchmarks };
export const settings = loadSettings();

refuseUnmeasured(settings.benchTargets, benchmarks);
