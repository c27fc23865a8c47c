import { benchmarksOf } from '../../src/benchmarks/catalogue/index.ts';
import { loadSettings } from '../../src/config/environment.ts';
import { runContract } from '../../src/run/run-contract.ts';

/** What the benchmarks and their verdict have to agree on. */
export const settings = loadSettings();
export const benchmarks = benchmarksOf(runContract());
