interface Ignored {
  readonly line: string;
  readonly comment?: string;
}

/** What belongs to one machine or one run. */
const ignored: readonly Ignored[] = [
  { line: '.env' },
  { line: '.fullhouse/' },
  { line: 'reports/*', comment: 'Baselines are committed: runs are compared with them.' },
  { line: '!reports/baselines/' },
  { line: 'test-results/' },
  { line: '*.har', comment: 'Recordings have passwords and tokens.' },
];

/** The lines that a `.gitignore` lacks, as they are added to it; empty if it has all of them. */
export function ignoredLines(text: string): string[] {
  const present = new Set(text.split('\n').map(plain));
  const isNew = text.trim() === '';
  const missing = [...(isNew ? [{ line: 'node_modules/' }] : []), ...ignored].filter(
    ({ line }) => !present.has(plain(line)),
  );
  if (missing.length === 0) return [];
  const lines = missing.flatMap(({ line, comment }: Ignored) => [
    ...(comment === undefined ? [] : [`# ${comment}`]),
    line,
  ]);
  return isNew ? lines : ['', '# fullhouse', ...lines];
}

/** `/reports/*`, `reports/*` and `reports/*  ` mean the same in the top folder. */
function plain(line: string): string {
  return line
    .trim()
    .replace(/^(!?)\//, '$1')
    .replace(/\/$/, '');
}
