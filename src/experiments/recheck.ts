import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { doubted, FINDING_VERDICTS, isAgainst, type NamedCheck } from '../checks/check.ts';
import { judgeHistory, titleOf } from '../checks/judge.ts';
import { type Entry, fromNdjson } from '../checks/ledger.ts';
import type { CommandIo } from '../kernel/command.ts';
import { commandWith } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { counted } from '../kernel/figures.ts';
import { enterProject } from '../kernel/folders.ts';
import { readText } from '../kernel/text-file.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import { unknownRun } from '../run/unknown-run.ts';
import { JOURNAL_VERSION } from './journal.ts';
import { findingLines } from './report.ts';

/**
 * `npx fullhouse recheck <run>`: judges the kept histories of a run again, offline, by the checks that its journals name.
 * Without a run, the last one that has experiments. Exits 1 when a check does not pass, or a history cannot be read.
 */
export const main = commandWith({
  name: 'npx fullhouse recheck',
  mostFiles: 1,
  run({ files: [written] }, io) {
    enterProject();
    return recheck(join(runFolder(chosenRun(written)), 'chaos'), io);
  },
});

function recheck(folder: string, io: CommandIo): number {
  let passed = true;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ledger.ndjson'))) {
    try {
      passed = judgedAgain(join(folder, file), io) && passed;
    } catch (error) {
      // A damaged history affects only itself.
      io.err(
        `${relative(process.cwd(), join(folder, file))} cannot be judged again: ${reason(error)}. Restore the file, or start another run.`,
      );
      passed = false;
    }
  }
  return passed ? 0 : 1;
}

/** The fields of a journal that this command reads. */
const journalSchema = z.object({
  experiment: z.object({ title: z.string() }),
  fullhouse: z.object({
    version: z.number().default(1),
    findings: z.array(
      z.object({ verdict: z.enum(FINDING_VERDICTS), about: z.enum(['time', 'generator']).optional() }),
    ),
    checks: z.array(
      z.object({
        name: z.string(),
        parameters: z.unknown().optional(),
        own: z.boolean().optional(),
        finding: z.object({ verdict: z.enum(FINDING_VERDICTS) }),
      }),
    ),
  }),
});

/** Whether each check of the experiment passes. @throws if its files are damaged */
function judgedAgain(path: string, io: CommandIo): boolean {
  const entries: Entry[] = fromNdjson(readText(path));
  const journal = journalSchema.parse(JSON.parse(readText(path.replace('.ledger.ndjson', '.json'))));
  const { version } = journal.fullhouse;
  if (version !== JOURNAL_VERSION) {
    io.err(
      `${relative(process.cwd(), path)} has version ${version}, but this fullhouse judges version ${JOURNAL_VERSION}. Judge it with the fullhouse that wrote it, or start another run.`,
    );
    return false;
  }
  io.out(`\n${journal.experiment.title} (${counted(entries.length, 'entry', 'entries')})`);
  let passed = true;
  for (const { finding, own, ...named } of journal.fullhouse.checks) {
    if (own) {
      passed &&= !isAgainst(finding);
      const title = titleOf(named as NamedCheck);
      io.out(`   not judged again: own check "${title}" (during the run: ${finding.verdict})`);
      continue;
    }
    const again = doubted(judgeHistory(named as NamedCheck, entries), journal.fullhouse.findings);
    passed &&= !isAgainst(again);
    const changed =
      again.verdict === finding.verdict ? [] : [`   verdict during the run: ${finding.verdict}`];
    io.out([...findingLines(again), ...changed].join('\n'));
  }
  return passed;
}

function reason(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message.split('\n')[0]!.replace(/\.$/, '');
  const [issue] = error.issues;
  return `its journal has an invalid ${issue?.path.join('.') || 'content'} (${issue?.message})`;
}

function chosenRun(written: string | undefined): string {
  const known = runIds().filter((id) => existsSync(join(runFolder(id), 'chaos')));
  const last = known.at(-1);
  const id = written === undefined ? last : basename(written);
  if (id !== undefined && known.includes(id)) return id;
  const about =
    written === undefined ? 'No run has experiments yet.' : `Run "${written}" has no experiments.`;
  throw new UserError(unknownRun(written, about, known));
}
