import { createHash } from 'node:crypto';

/**
 * Makes a file name from any text: letters, digits, dot, hyphen and underscore stay. A text that changed, or that
 * differs from another one only by its case, gets a part of its digest to stay unique.
 */
export function fileName(text: string): string {
  const safe = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80);
  if (safe === text && safe !== '') return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return [safe, digest].filter(Boolean).join('-');
}
