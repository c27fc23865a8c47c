import { resolve } from 'node:path';
import type { PlaywrightTestConfig, Project, ReporterDescription } from '@playwright/test';
import { phaseNames } from '../config/environment.ts';
import { projectFolder } from '../kernel/folders.ts';

/** The name of the project of a configuration without projects. */
const UNNAMED = 'own tests';

/** Options that Playwright has both for a configuration and for a project: those of the team apply to its projects only. */
const INHERITED = [
  'expect',
  'fullyParallel',
  'grep',
  'grepInvert',
  'ignoreSnapshots',
  'outputDir',
  'repeatEach',
  'respectGitIgnore',
  'retries',
  'snapshotDir',
  'snapshotPathTemplate',
  'testDir',
  'testIgnore',
  'testMatch',
  'timeout',
  'use',
  'workers',
] as const satisfies readonly (keyof PlaywrightTestConfig & keyof Project)[];

/**
 * The team's projects, each with the options of its configuration. Files of the phases belong to no project of the team.
 * @param testDir the folder of the phases, relative to the project
 */
export function ownProjects(own: PlaywrightTestConfig, testDir: string): Project[] {
  // Options that concern no test only add reporters, web servers and the like.
  const hasTests = own.projects !== undefined || INHERITED.some((name) => own[name] !== undefined);
  if (!hasTests) return [];
  const inherited = Object.fromEntries(
    INHERITED.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])),
  ) as Partial<Project>;
  return (own.projects ?? [{ name: UNNAMED }]).map((project) => ({
    ...inherited,
    ...project,
    ...(own.use ? { use: { ...own.use, ...project.use } } : {}),
    ...(own.expect ? { expect: { ...own.expect, ...project.expect } } : {}),
    testIgnore: [...[project.testIgnore ?? own.testIgnore ?? []].flat(), ...filesOfPhases(testDir)],
  }));
}

/** Patterns of all files below the folders of the phases. */
function filesOfPhases(testDir: string): RegExp[] {
  const folder = resolve(projectFolder(), testDir);
  return phaseNames.map((name) => new RegExp(`^${escaped(folder)}[\\/]${name}[\\/]`));
}

/** The options that become parts of the team's projects, or of the lists of the run. */
export const DIVIDED: readonly string[] = [
  ...INHERITED,
  'projects',
  'reporter',
  'globalSetup',
  'globalTeardown',
  'webServer',
];

/** The options of the team that concern the whole run. */
export function besideOptions(own: PlaywrightTestConfig): PlaywrightTestConfig {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !DIVIDED.includes(name)));
}

/** The reporters of the team, each as a name and its options. */
export function ownReporters({ reporter }: PlaywrightTestConfig): ReporterDescription[] {
  if (reporter === undefined) return [];
  return typeof reporter === 'string' ? [[reporter]] : reporter;
}

/** A list of what Playwright takes as one or as several. */
export function listOf<Item>(given: Item | readonly Item[] | undefined): Item[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? [...(given as readonly Item[])] : [given as Item];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
