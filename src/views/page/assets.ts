import { fileURLToPath } from 'node:url';
import { type Bundle, bundle } from '../../look/bundle.ts';

const entry = fileURLToPath(new URL('client/main.ts', import.meta.url));

let bundled: Promise<Bundle> | undefined;

/** The script and the style of the page, with the chart library; bundled once in a process. */
export function pageAssets(): Promise<Bundle> {
  bundled ??= bundle(entry, 'iife').then(({ script, style }) => ({
    // `</script` would end the element. In a string or a pattern, the escaped form means the same.
    script: script.replaceAll('</script', '<\\/script'),
    style,
  }));
  return bundled;
}
