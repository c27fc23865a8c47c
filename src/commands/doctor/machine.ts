import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { missing } from '../../../scripts/setup/lock-file.mjs';
import { nodeMistake } from '../../../scripts/setup/node-version.mjs';
import type { Settings } from '../../config/read-settings.ts';
import { openFilesLimit } from '../../crowd/generator-watch.ts';
import {
  memoryWarning,
  mib,
  openFilesWarning,
  serviceFilesWarning,
  tooLittleMemory,
} from '../../crowd/reach.ts';
import { peakUsers } from '../../crowd/schedules/index.ts';
import { portsPerAddress, portWarning } from '../../crowd/source-addresses.ts';
import { counted, number } from '../../kernel/figures.ts';
import { isCompiled, packageFolder, projectFolder } from '../../kernel/folders.ts';
import { memoryLimit } from '../../kernel/out-of-memory.ts';
import { ownPackage } from '../../kernel/own-package.ts';
import { type Checkup, type Finding, ok, problem, warning, warningsOr } from './finding.ts';

/** The reports of one default run, with room for a few of them. */
const SMALLEST_DISK = 1024 ** 3;

/** The crowd that the settings ask for on this machine. */
export interface Crowd {
  readonly settings: Settings;
  readonly workers: number;
  readonly startsService: boolean;
}

/** Checks that need no settings. */
export const machineCheckups: readonly Checkup[] = [
  { title: 'Node', run: node },
  // A package manager of the team checks the packages of its project.
  ...(isCompiled ? [] : [{ title: 'packages', run: packages }]),
  { title: 'reports', run: reports },
  { title: 'processors', run: processors },
];

/** Checks whether this machine can carry the crowd. */
export function crowdCheckups({ settings, workers, startsService }: Crowd): Checkup[] {
  const users = peakUsers(settings.schedule);
  const participants = users + settings.BROWSER_USERS;
  const limitBytes = memoryLimit();
  const files = openFilesLimit();
  const serviceUrl = settings.MEETINGS_SERVICE_URL ?? 'http://127.0.0.1';
  const crowd = `for ${counted(users, 'user')}`;
  return [
    {
      title: 'memory',
      run() {
        const tooLittle = tooLittleMemory({ limitBytes, heapBytes: getHeapStatistics().heap_size_limit });
        if (tooLittle !== undefined) return [problem(tooLittle)];
        const bytes = Math.min(limitBytes ?? totalmem(), freemem());
        const needs = { workers, participants, startsService };
        return warningsOr(`${mib(bytes)} free, enough ${crowd}`, [
          memoryWarning(needs, limitBytes) ?? memoryWarning(needs, bytes),
        ]);
      },
    },
    {
      title: 'open files',
      run: () =>
        warningsOr(`${files === null ? 'unknown limit' : `limit ${number(files)}`}, enough ${crowd}`, [
          openFilesWarning(Math.ceil(users / workers), files),
          startsService ? serviceFilesWarning(users, files) : undefined,
        ]),
    },
    {
      title: 'local ports',
      run: () =>
        warningsOr(`${number(portsPerAddress() ?? Number.NaN)} for each address, enough ${crowd}`, [
          portWarning({ sourceAddresses: settings.SOURCE_ADDRESSES, serviceUrl }, users),
        ]),
    },
  ];
}

function node(): Finding[] {
  const { engines } = ownPackage();
  const mistake = nodeMistake(process.versions.node, engines.node);
  return [
    mistake === undefined ? ok(`${process.versions.node} (needed: ${engines.node})`) : problem(mistake),
  ];
}

function packages(): Finding[] {
  const installedList = join(packageFolder, 'node_modules', '.package-lock.json');
  const lock = JSON.parse(readFileSync(join(packageFolder, 'package-lock.json'), 'utf8'));
  if (!existsSync(installedList))
    return [warning('npm has no list of the installed packages. Run `npm ci` to install them again.')];
  const lost = missing(lock, JSON.parse(readFileSync(installedList, 'utf8')), process);
  if (lost.length === 0) return [ok('those of package-lock.json are installed')];
  const named = lost.slice(0, 3).join(', ');
  return [
    problem(`${counted(lost.length, 'package')} missing or of another version (${named}). Run \`npm ci\`.`),
  ];
}

function reports(): Finding[] {
  const project = projectFolder();
  const folder = join(project, 'reports');
  const there = existsSync(folder) ? folder : project;
  try {
    accessSync(there, constants.W_OK);
  } catch {
    return [
      problem(
        `${there} is not writable for this user: a run cannot keep its reports. Change its owner or its mode.`,
      ),
    ];
  }
  const { bavail, bsize } = statfsSync(there);
  const free = `${mib(bavail * bsize)} of disk free`;
  return bavail * bsize < SMALLEST_DISK
    ? [warning(`only ${free} in ${there}: reports of a run may be lost. Remove old folders in reports/runs.`)]
    : [ok(`the folder is writable, ${free}`)];
}

function processors(): Finding[] {
  const count = availableParallelism();
  const [load = 0] = loadavg();
  if (count === 1)
    return [
      warning(
        'only 1: the load generator and the service share it, so latencies include each other. Use 2 or more.',
      ),
    ];
  // Load averages are zero on Windows.
  if (load > count)
    return [
      warning(
        `${count}, but other programs use them (load average ${load.toFixed(1)}): latencies will be too high. End these programs first.`,
      ),
    ];
  return [ok(`${count}, load average ${load.toFixed(1)}`)];
}
