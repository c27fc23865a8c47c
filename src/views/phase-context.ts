import { CUT } from '../benchmarks/measure.ts';
import { machineOf, machineText } from '../history/machine.ts';
import { decisiveSettings, nameOfService } from '../history/new-record.ts';
import type { RunFacts } from '../history/run-facts.ts';
import { commitText, timeText } from '../history/wording.ts';
import { escapeMarkdown } from '../kernel/outside-text.ts';
import {
  type AskedPhase,
  type Missing,
  missingIn,
  missingText,
  NOTHING_MISSING,
} from '../results/evidence/asked.ts';
import type { RunEvidence } from '../results/evidence/read.ts';
import type { Summary } from '../results/summary/schema.ts';
import { answersOf } from './answers.ts';
import { noBracketText, seededText } from './wording.ts';

/** The context of the results of a phase. */
export interface PhaseContext {
  /** Warnings about the service, such as seeded defects. */
  readonly warnings: readonly string[];
  /** The conditions of the measurement, one sentence each. */
  readonly facts: readonly string[];
  /** The requested tests without a result. */
  readonly missing: Missing;
  /** The verdict with its cause in one sentence; absent for evidence of earlier versions. */
  readonly answer?: Summary['answer'];
}

export const NO_CONTEXT: PhaseContext = { warnings: [], facts: [], missing: NOTHING_MISSING };

/** Evidence of an earlier version has no facts. */
export function contextOf(
  phase: AskedPhase,
  evidence: Omit<RunEvidence, 'crowds' | 'soak' | 'damaged'>,
): PhaseContext {
  const { facts, asked, experiments, benchmarks, answers } = evidence;
  const results = {
    chaos: experiments.map(({ journal }) => ({
      name: journal.experiment.title,
      start: journal.start,
      isWhole: journal.status !== 'interrupted',
    })),
    bench: benchmarks.map(({ operation, startedAt, problem }) => ({
      name: operation,
      start: startedAt,
      isWhole: problem !== CUT,
    })),
    conduct: answers.map(({ question, startedAt }) => ({ name: question, start: startedAt, isWhole: true })),
  }[phase];
  const [start] = results.map((one) => one.start).sort();
  const sentence = answersOf({ ...evidence, crowds: [] }).find(({ kind }) => kind === phase)?.sentence;
  return {
    ...(sentence === undefined ? {} : { answer: { sentence } }),
    warnings: [facts && seededText(facts.service)].filter((text) => text !== undefined),
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
  const when = start === undefined ? '' : ` of ${timeText(start)}`;
  const name = nameOfService(service, facts.settings);
  const where = name.startsWith(service.url) || service.url === '' ? name : `${name} at ${service.url}`;
  const settings = decisiveSettings[phase].flatMap((setting) => {
    const value = facts.settings[setting];
    if (value === undefined || value === null) return [];
    return [`${setting} ${Array.isArray(value) ? value.join('..') : String(value)}`];
  });
  return [
    `Run ${runId}${when}, service ${where}, commit ${commitText(commit)}, seed ${seed}.`,
    `Machine: ${machineText(machineOf(facts))} (${machine.os}), fullhouse ${versions.fullhouse ?? '?'}.`,
    ...(network === null ? [] : [`Network: ${network}`]),
    ...(settings.length === 0 ? [] : [`Settings: ${settings.join(', ')}.`]),
    ...(phase === 'bench' ? noBracketText(facts.settings) : []),
  ];
}

/** The context below the title of a Markdown report. */
export function contextMarkdown(
  phase: AskedPhase,
  { answer, warnings, facts, missing }: PhaseContext,
): string[] {
  const bold = [
    ...(answer === undefined ? [] : [answer.sentence]),
    ...warnings,
    ...missingText(phase, missing),
  ].map((text) => `**${escapeMarkdown(text)}**`);
  return [...bold, ...facts.map(escapeMarkdown)].flatMap((line) => ['', line]);
}
