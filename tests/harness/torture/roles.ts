/** Whom a case kills. */
export const roles = [
  'main',
  'everything',
  'worker',
  'service',
  'keeper',
  'postmaster',
  'link',
  'browser',
  'echo',
  'tcpdump',
  'kernel keeper',
  'far end',
] as const;
export type Role = (typeof roles)[number];

/** By the command line, whose parts are parted by spaces: how a process is recognised that the run started. */
const marks: readonly (readonly [Role, RegExp])[] = [
  ['worker', /\/worker\/workerProcessEntry\.js/],
  // Not the shell that Playwright starts it by.
  ['service', /^\S*node .*\bservice\/main\.ts/],
  ['keeper', /^fullhouse-postgres-keeper|\bservice\/database\/keeper\.mjs/],
  ['postmaster', /^\S*\/postgres -D /],
  ['link', /^\S*node .*\/network\/link\/proxy\/main\.ts/],
  ['echo', /\bcanary\/echo\.mjs/],
  ['tcpdump', /^(\S*\/)?tcpdump /],
  ['kernel keeper', /^fullhouse-kernel-keeper|\bnetwork\/kernel\/keeper\.mjs/],
  ['far end', /^fullhouse-kernel-far-end|^\S*node .*\bnetwork\/kernel\/far-end\.mjs/],
  // Its main process: those that it starts have a type.
  ['browser', /^\S*(chrome|chromium|headless[-_]shell)\b(?!.* --type=)/],
];

/** What a process is to a run, or undefined: a shell, a part of PostgreSQL, a tab. */
export function roleOf(commandLine: string): Role | undefined {
  return marks.find(([, mark]) => mark.test(commandLine))?.[0];
}
