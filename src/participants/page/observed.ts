import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from '@playwright/test';
import { pageMetrics, type Vital } from '../../timings/page-metrics.ts';

/** Times in ms of the page's clock, which starts with its navigation. */
export interface Observed {
  readonly now: number;
  /** The end of the load event; 0 before it. */
  readonly loadedAt: number;
  /** New marks and requests since the last call. */
  readonly marks: readonly PageMark[];
  readonly requests: readonly PageRequest[];
  /** The latest web vitals, each in the unit of its page metric. */
  readonly vitals: Readonly<Partial<Record<Vital, number>>>;
}

export interface PageMark {
  readonly name: string;
  readonly at: number;
  readonly detail: unknown;
}

/** A request by a script of the page; `status` is 0 without an answer. */
export interface PageRequest {
  readonly url: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
}

const require = createRequire(import.meta.url);
const library = require.resolve('web-vitals').replace(/[^/\\]+$/, 'web-vitals.iife.js');
const vitals = JSON.stringify(
  pageMetrics.flatMap(({ source }) => (typeof source === 'object' && 'vital' in source ? source.vital : [])),
);
let script: string | undefined;

/** Observes every page of the context, before its first script runs. */
export async function observePages(context: BrowserContext): Promise<void> {
  script ??= [
    readFileSync(library, 'utf8'),
    readFileSync(new URL('./page-observer.mjs', import.meta.url), 'utf8').replace(
      /(?<= of )VITALS\b/,
      vitals,
    ),
  ].join('\n');
  await context.addInitScript({ content: script });
}

/** Takes the observations of the page since the last call. Rejects if the page is gone. */
export function takeObserved(page: Page): Promise<Observed> {
  return page.evaluate('__fullhouse.take()');
}
