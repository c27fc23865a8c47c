import { type Change, changesIn, type NewFile, type Plan } from '../writing/plan.ts';

/** The plan for a person: the new files, and each change of a file that exists, line by line. */
export function shownPlan(plan: Plan): string {
  const files = plan.steps.filter((step) => step.kind === 'new');
  const changes = changesIn(plan);
  return [
    ...(files.length === 0 ? [] : ['New files:', ...grouped(files).map(row), '']),
    ...(changes.length === 0 ? [] : ['Changes of files that exist:', ...changes.flatMap(shownChange), '']),
    ...(plan.kept.length === 0
      ? []
      : ['These exist, and stay as they are:', ...plan.kept.map((path) => `  ${path}`), '']),
  ].join('\n');
}

interface Row {
  readonly what: string;
  readonly about: string;
}

/** One row for the files of one purpose. */
function grouped(files: readonly NewFile[]): Row[] {
  return [...new Set(files.map(({ about }) => about))].map((about) => {
    const paths = files.filter((file) => file.about === about).map(({ path }) => path);
    const folder = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1);
    return { what: paths.length === 1 ? paths[0]! : `${folder}* (${paths.length} files)`, about };
  });
}

const WIDTH = 34;

function row({ what, about }: Row): string {
  const line = `  ${what.padEnd(WIDTH)}  ${about}`;
  return what.length <= WIDTH && line.length <= 80 ? line : `  ${what}\n      ${about}`;
}

/** A unified diff of the lines around the change. */
function shownChange(change: Change): string[] {
  if (change.kind === 'renamed') return [`  ${change.path} becomes ${change.to}, with the same content.`];
  const { path, before, lines } = change;
  const old = before.replace(/\n$/, '').split('\n');
  const around = old.slice(-3);
  return [
    `  --- ${path}`,
    `  +++ ${path}`,
    `  @@ -${old.length - around.length + 1},${around.length} +${old.length - around.length + 1},${around.length + lines.length} @@`,
    ...around.map((line) => `   ${line}`),
    ...lines.map((line) => `  +${line}`),
  ];
}
