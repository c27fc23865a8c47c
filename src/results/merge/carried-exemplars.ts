import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestResult } from '@playwright/test/reporter';
import { type Exemplar, worthKeeping } from '../../crowd/exemplars.ts';
import { runFolder } from '../../run/run-folder.ts';
import { keepExemplars } from '../evidence/keep.ts';
import { exemplarFiles } from '../exemplar-files.ts';

type Attachment = TestResult['attachments'][number];

/** A session that a slice kept, with the files that its test carried for it. */
export interface Carried {
  readonly crowd: string;
  readonly slice: number;
  readonly exemplar: Exemplar;
  readonly files: readonly { readonly name: string; readonly attachment: Attachment }[];
}

/** The exemplars in the attachments of one slice's test: traces in their order, screenshots under their names. */
export function carriedBy(
  exemplars: readonly Exemplar[],
  attachments: readonly Attachment[],
  of: Pick<Carried, 'crowd' | 'slice'>,
): Carried[] {
  const traces = attachments.filter(({ name }) => name === 'trace');
  const found = new Map(
    exemplarFiles(exemplars).map(({ name, file }) => [
      file,
      name === 'trace' ? traces.shift() : attachments.find((one) => one.name === name),
    ]),
  );
  return exemplars.map((exemplar) => ({
    ...of,
    exemplar,
    files: [exemplar.trace, exemplar.screenshot].flatMap((name) => {
      const attachment = name === null ? undefined : found.get(name);
      return attachment === undefined ? [] : [{ name: name!, attachment }];
    }),
  }));
}

/**
 * Keeps the slowest sessions of each operation over all slices of a crowd, and the first failed ones, with their
 * files.
 */
export async function keepCarried(runId: string, carried: readonly Carried[]): Promise<void> {
  const chosen = worthKeeping(carried.map((one) => ({ ...one, ...one.exemplar })));
  const folder = join(runFolder(runId), 'exemplars');
  const files = new Map(chosen.flatMap((one) => one.files).map(({ name, attachment }) => [name, attachment]));
  for (const [name, attachment] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (attachment.path === undefined) await writeFile(path, attachment.body!);
    else await copyFile(attachment.path, path);
  }
  for (const slice of new Set(chosen.map((one) => one.slice))) {
    const own = chosen.filter((one) => one.slice === slice);
    await keepExemplars(
      runId,
      own[0]!,
      own.map((one) => ({ ...one.exemplar, ...filesThatAreThere(one) })),
    );
  }
}

/** A page cannot link to a file that the blob report lacks. */
function filesThatAreThere({ exemplar, files }: Carried): Pick<Exemplar, 'trace' | 'screenshot'> {
  const there = (name: string | null) => (files.some((file) => file.name === name) ? name : null);
  return { trace: there(exemplar.trace), screenshot: there(exemplar.screenshot) };
}
