import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../look/bundle.ts';
import type { Bundle } from '../../look/bundle-sources.ts';

/** A loader of the script and the style of a page that is one file; bundled once in a process. `entry`: of the script. */
export function embeddedBundle(entry: URL): () => Promise<Bundle> {
  let bundled: Promise<Bundle> | undefined;
  return () => {
    bundled ??= bundle(fileURLToPath(entry), 'iife').then(({ script, style }) => ({
      // `</script` would end the element. In a string or a pattern, the escaped form means the same.
      script: script.replaceAll('</script', '<\\/script'),
      style,
    }));
    return bundled;
  };
}

/** The hash by which a Content-Security-Policy allows an embedded script or style. */
export function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
