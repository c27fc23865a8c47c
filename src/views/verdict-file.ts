import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runAnswer, type Verdict } from '../history/answer.ts';
import { exitCodes } from '../kernel/exit-code.ts';
import { jsonText } from '../results/evidence/json-text.ts';
import { runFolder } from '../run/run-folder.ts';
import { type AnsweredPhase, answersOf } from './answers.ts';
import type { ReportPart } from './report-part.ts';

export const VERDICT_FILE = 'verdict.json';

/** `verdict.json`: the answer of a run for programs, also where another reporter decides the exit code. */
export const verdictFile: ReportPart = {
  name: VERDICT_FILE,
  async write(report, write) {
    const answers = answersOf(report);
    const answer = runAnswer(answers);
    if (answer === undefined) return;
    const { verdict, sentence } = answer;
    const phases = answers.map(phaseOf);
    // A single shard judges nothing: the merged run does.
    const isPart = (report.facts?.shard.of ?? 1) > 1 && verdict === 'inconclusive';
    const ownFailed = report.asked?.ownFailed;
    const ofPhases = isPart ? exitCodes.passed : exitCodes[verdict];
    const exitCode = ownFailed === undefined ? ofPhases : exitCodes.failed;
    const content = {
      schema: 'fullhouse/verdict/1',
      run: report.runId,
      verdict,
      exitCode,
      sentence,
      ...(ownFailed === undefined ? {} : { ownFailed }),
      phases,
    };
    await write(VERDICT_FILE, jsonText(content));
  },
};

/** The answer that `verdict.json` of a run has; undefined without that file. */
export function readVerdict(
  runId: string,
): { readonly verdict: Verdict; readonly sentence: string } | undefined {
  const path = join(runFolder(runId), VERDICT_FILE);
  return existsSync(path) ? written.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

const written = z.object({
  verdict: z.enum(['passed', 'failed', 'inconclusive', 'interrupted']),
  sentence: z.string(),
});

function phaseOf({ kind, name, verdict, sentence, reasons, about }: AnsweredPhase) {
  return { kind, name, verdict, sentence, ...about, reasons };
}
