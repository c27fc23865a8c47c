import { CUT } from '../benchmarks/measure.ts';
import { machineOf, machineText } from '../history/machine.ts';
import { decisiveSettings, nameOfService } from '../history/new-record.ts';
import type { RunFacts } from '../history/run-facts.ts';
import { commitText, timeText } from '../history/wording.ts';
import { escapeMarkdown } from '../kernel/markdown.ts';
import { type AskedPhase, type Missing, missingIn, missingText, NOTHING_MISSING } from './evidence/asked.ts';
import type { RunEvidence } from './evidence/read.ts';
import { noBracketText, SEEDED, seededText } from './wording.ts';

/** What a reader has to know of a phase beside its results. */
export interface PhaseContext {
  /** Under what they came about, a sentence each; a service with seeded defects comes first. */
  readonly facts: readonly string[];
  /** What was asked for and left no result. */
  readonly missing: Missing;
}

export const NO_CONTEXT: PhaseContext = { facts: [], missing: NOTHING_MISSING };

/** Of evidence of an earlier version, nothing is known. */
export function contextOf(
  phase: AskedPhase,
  evidence: Omit<RunEvidence, 'crowds' | 'damaged'>,
): PhaseContext {
  const { facts, asked, experiments, benchmarks, answers } = evidence;
  const results = {
    chaos: experiments.map(({ journal }) => ({
      name: journal.experiment.title,
      start: journal.start,
      isWhole: journal.status !== 'interrupted',
    })),
    bench: benchmarks.map(({ operation, startedAt, trouble }) => ({
      name: operation,
      start: startedAt,
      isWhole: trouble !== CUT,
    })),
    conduct: answers.map(({ question, startedAt }) => ({ name: question, start: startedAt, isWhole: true })),
  }[phase];
  const [start] = results.map((one) => one.start).sort();
  return {
    facts: facts === undefined ? [] : factLines(phase, facts, start),
    missing: missingIn(
      asked,
      phase,
      results.filter(({ isWhole }) => isWhole).map(({ name }) => name),
    ),
  };
}

function factLines(phase: AskedPhase, facts: RunFacts, start: string | undefined): string[] {
  const { runId, service, commit, seed, network, versions, machine } = facts;
  const seeded = seededText(service);
  const when = start === undefined ? '' : ` of ${timeText(start)} UTC`;
  const name = nameOfService(service, facts.settings);
  const where = name.startsWith(service.url) || service.url === '' ? name : `${name} at ${service.url}`;
  const settings = decisiveSettings[phase].flatMap((setting) => {
    const value = facts.settings[setting];
    if (value === undefined || value === null) return [];
    return [`${setting} ${Array.isArray(value) ? value.join('..') : String(value)}`];
  });
  return [
    ...(seeded === undefined ? [] : [seeded]),
    `Run ${runId}${when}, service ${where}, commit ${commitText(commit)}, seed ${seed}.`,
    `Machine: ${machineText(machineOf(facts))} (${machine.os}), fullhouse ${versions.fullhouse ?? '?'}.`,
    ...(network === null ? [] : [`Network: ${network}`]),
    ...(settings.length === 0 ? [] : [`Settings: ${settings.join(', ')}.`]),
    ...(phase === 'bench' ? noBracketText(facts.settings) : []),
  ];
}

const isWarning = (line: string) => line.startsWith(SEEDED);

/** Below the title of a Markdown report. */
export function contextMarkdown(phase: AskedPhase, { facts, missing }: PhaseContext): string[] {
  const [seeded, others] = [facts.filter(isWarning), facts.filter((line) => !isWarning(line))];
  const bold = [...seeded, ...missingText(phase, missing)].map((text) => `**${escapeMarkdown(text)}**`);
  return [...bold, ...others.map(escapeMarkdown)].flatMap((line) => ['', line]);
}
