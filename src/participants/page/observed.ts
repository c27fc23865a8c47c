import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from '@playwright/test';

/** Instants in ms of the page's own clock, which counts from the start of its navigation. */
export interface Observed {
  readonly now: number;
  /** When its load event was over; 0 until then. */
  readonly loadedAt: number;
  /** Since they were last taken. */
  readonly marks: readonly PageMark[];
  readonly requests: readonly PageRequest[];
  /** The latest values: LCP, INP and TTFB in ms, CLS without a unit. */
  readonly vitals: Readonly<Partial<Record<'LCP' | 'INP' | 'CLS' | 'TTFB', number>>>;
}

export interface PageMark {
  readonly name: string;
  readonly at: number;
  readonly detail: unknown;
}

/** A call that a script of the page made; `status` is 0 where no answer came. */
export interface PageRequest {
  readonly url: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
}

const require = createRequire(import.meta.url);
const vitals = require.resolve('web-vitals').replace(/[^/\\]+$/, 'web-vitals.iife.js');
let script: string | undefined;

/** Every page of the context is observed from its first script on. */
export async function observePages(context: BrowserContext): Promise<void> {
  script ??= [vitals, new URL('./page-observer.mjs', import.meta.url)]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  await context.addInitScript({ content: script });
}

/** What the page has seen since it was last asked. Rejects when the page is gone. */
export function takeObserved(page: Page): Promise<Observed> {
  return page.evaluate('__fullhouse.take()');
}
