import { embeddedBundle } from './embedded.ts';

/** The script and the style of the page, with the chart library. */
export const pageAssets = embeddedBundle(new URL('client/main.ts', import.meta.url));
