/** The processes that a case can kill. */
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

/** The command lines by which processes of a run are recognised, with spaces between arguments. */
const marks: readonly (readonly [Role, RegExp])[] = [
  ['worker', /\/worker\/workerProcessEntry\.js/],
  // The shell with which Playwright starts the service does not match.
  ['service', /^\S*node .*\bservice\/main\.ts/],
  ['keeper', /^fullhouse-postgres-keeper|\bservice\/database\/keeper\.mjs/],
  ['postmaster', /^\S*\/postgres -D /],
  ['link', /^\S*node .*\/network\/link\/proxy\/main\.ts/],
  ['echo', /\bcanary\/echo\.mjs/],
  ['tcpdump', /^(\S*\/)?tcpdump /],
  ['kernel keeper', /^fullhouse-kernel-keeper|\bnetwork\/kernel\/keeper\.mjs/],
  ['far end', /^fullhouse-kernel-far-end|^\S*node .*\bnetwork\/kernel\/far-end\.mjs/],
  // Only the main process of the browser: its child processes have a type.
  ['browser', /^\S*(chrome|chromium|headless[-_]shell)\b(?!.* --type=)/],
];

/** The role of a process in a run; undefined for a shell, a part of PostgreSQL or a tab. */
export function roleOf(commandLine: string): Role | undefined {
  return marks.find(([, mark]) => mark.test(commandLine))?.[0];
}
