import { deployed } from './deployed.ts';
import { reference } from './reference.ts';
import type { Style } from './style.ts';

/** `deployed` behaves like observed deployed services. docs/reference-service.md lists the differences. */
export const styles = { reference, deployed } satisfies Record<string, Style>;

export type StyleName = keyof typeof styles;

export const styleNames = Object.keys(styles) as StyleName[];
