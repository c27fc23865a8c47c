import type { PlaywrightTestConfig } from '@playwright/test';
import type { SettingsOptions } from './settings-options.ts';

/**
 * What a team configures, in its `playwright.config.ts`. Environment variables and `.env` override these values, and these
 * override values of the contract and the defaults. Relative paths belong to the folder of the configuration.
 */
export interface FullhouseOptions {
  /**
   * The contract file: how clients use your service. YAML, JSON, TypeScript or JavaScript. Without it, the service has the
   * API of the reference service. As the setting `CONTRACT`.
   */
  readonly contract?: string;
  /**
   * What participants do: the path of a journey, `attend-meeting`, or a weighted mix:
   * `attend-meeting:3,./journeys/chat.ts:1`. As the setting `JOURNEY`.
   */
  readonly journey?: string;
  /** When participants arrive: `ramp 0..50 for 30s`. As the setting `SCHEDULE`. */
  readonly schedule?: string;
  /** The limits that each load test must meet: `{ 'latency p95': '< 500 ms' }`. As the setting `TARGETS`. */
  readonly targets?: Readonly<Record<string, string>>;
  /** The limits of benchmarks: `{ 'meeting.get p95': '< 100 ms' }`. As the setting `BENCH_TARGETS`. */
  readonly benchTargets?: Readonly<Record<string, string>>;
  /** Any other setting by its name. Secrets and addresses of secret places belong in the environment or in `.env`. */
  readonly settings?: SettingsOptions;
  /**
   * The folder of the specs, with the subfolders `load`, `chaos`, `bench` and `conduct`. A phase without its subfolder runs
   * the standard specs of fullhouse. By default `tests`.
   */
  readonly testDir?: string;
  /**
   * Your own Playwright configuration. Its projects run before the phases, its reporters run beside those of fullhouse, and
   * all its other options apply to its own projects only.
   */
  readonly playwright?: PlaywrightTestConfig;
}
