import type { Written } from '../config/read-settings.ts';
import type { FullhouseOptions } from './options.ts';

/** Options that a configuration gave while it was only read. */
export interface NotedOptions {
  readonly options: FullhouseOptions;
  /** The same as settings: they have no mistake. */
  readonly settings: Written;
}

/**
 * Where a command that reads the configuration waits for its options. It is global, because a loader may give the
 * configuration another instance of these modules.
 */
const PLACE = Symbol.for('fullhouse.options');

type Place = { [PLACE]?: { noted?: NotedOptions } };

const place = globalThis as Place;

/** Whether a command only reads the configuration: then it prepares no run. */
export function isOnlyRead(): boolean {
  return place[PLACE] !== undefined;
}

export function noteOptions(noted: NotedOptions): void {
  if (place[PLACE] !== undefined) place[PLACE].noted = noted;
}

/** Calls `load`, which loads the configuration; returns the options that it gave. */
export async function optionsGivenIn(load: () => Promise<unknown>): Promise<NotedOptions | undefined> {
  const reading: { noted?: NotedOptions } = {};
  place[PLACE] = reading;
  try {
    await load();
    return reading.noted;
  } finally {
    delete place[PLACE];
  }
}
