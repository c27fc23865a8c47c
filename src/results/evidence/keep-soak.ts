import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appendRunFile, runFolder, writeRunFile } from '../../run/run-folder.ts';
import type { Round, Sample, SoakPlan } from '../../soak/evidence.ts';
import { crowdFile } from './crowd-evidence.ts';
import { jsonText } from './json-text.ts';

/** The folder of a soak within the folder of its run. */
export const SOAK_FOLDER = 'soak';

export const SOAK_FILE = `${SOAK_FOLDER}/soak.json`;
export const SAMPLES_FILE = `${SOAK_FOLDER}/samples.ndjson`;

/** `soak/round-003.json` */
function roundFile(number: number): string {
  return `${SOAK_FOLDER}/round-${String(number).padStart(3, '0')}.json`;
}

export function keepSoakPlan(runId: string, plan: SoakPlan): Promise<string> {
  return writeRunFile(runId, SOAK_FILE, jsonText(plan));
}

export function keepRound(runId: string, round: Round): Promise<string> {
  return writeRunFile(runId, roundFile(round.number), JSON.stringify(round));
}

/** Appends a sample: a process that is killed loses none that was written. */
export function keepSample(runId: string, sample: Sample): Promise<void> {
  return appendRunFile(runId, SAMPLES_FILE, `${JSON.stringify(sample)}\n`);
}

/** Removes what was written while the crowd of a round was active: its round has been saved. */
export function dropCrowd(runId: string, crowd: string): Promise<void> {
  return rm(join(runFolder(runId), dirname(crowdFile(crowd))), { recursive: true, force: true });
}
