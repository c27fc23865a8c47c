import { embeddedBundle } from '../page/embedded.ts';

/** The script and the style of the page, with the chart library. */
export const assets = embeddedBundle(new URL('client/main.ts', import.meta.url));
