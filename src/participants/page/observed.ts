import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from '@playwright/test';
import { pageMetrics, type Vital } from '../../timings/page-metrics.ts';

/** Instants in ms of the page's own clock, which counts from the start of its navigation. */
export interface Observed {
  readonly now: number;
  /** When its load event was over; 0 until then. */
  readonly loadedAt: number;
  /** Since the last call. */
  readonly marks: readonly PageMark[];
  readonly requests: readonly PageRequest[];
  /** The latest values, each in the unit of its page metric. */
  readonly vitals: Readonly<Partial<Record<Vital, number>>>;
}

export interface PageMark {
  readonly name: string;
  readonly at: number;
  readonly detail: unknown;
}

/** A call that a script of the page made; `status` is 0 without an answer. */
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

/** Observes every page of the context from its first script on. */
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

/** What the page has observed since the last call. Rejects when the page is gone. */
export function takeObserved(page: Page): Promise<Observed> {
  return page.evaluate('__fullhouse.take()');
}
