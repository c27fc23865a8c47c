import { relative, resolve } from 'node:path';
import { loadSettings } from '../../config/environment.ts';
import { addressesOf, type Settings } from '../../config/read-settings.ts';
import { type ExperimentKind, experiments, whyNot } from '../../experiments/catalogue.ts';
import type { CommandIo } from '../../kernel/command.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { enterProject, projectFolder } from '../../kernel/folders.ts';
import { wrapped } from '../../kernel/wrapped.ts';
import type { Access } from '../../meetings/access.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import { detectOffers } from '../../meetings/detect-offers.ts';
import { describeOffers, type Offers } from '../../meetings/offers.ts';
import { waitForService } from '../../meetings/probe.ts';
import { contractOf, openAccess } from '../../run/access.ts';
import { hookFor } from '../../run/hooks.ts';
import { newRunId } from '../../run/run-folder.ts';
import type { Step } from '../check/step.ts';
import { walkThrough } from '../check/walk.ts';
import { refuseOtherFile } from './other-files.ts';

const NAME = 'npx fullhouse contract check';
const USAGE = `Usage: ${NAME} [FILE]

Two users perform all operations of the contract. Each step is printed with what
it sent, what it received, and what did not match. Then the command lists which
experiments apply to the service, and why the others do not. FILE defaults to
CONTRACT. MEETINGS_SERVICE_URL overrides the address in the contract.

Exit code 0: all steps match. 1: some do not, or the contract is not valid.

Example: ${NAME} contract.yaml`;

/** The time for a service that is just starting. */
const PATIENCE_MS = 3000;

export const check = commandWith({
  name: NAME,
  usage: USAGE,
  mostFiles: 1,
  async run({ files: [file] }, io) {
    const settings = await settingsFor(file, io);
    const access = await openAccess(settings);
    try {
      return await checkAgainst(settings, access, io);
    } finally {
      await access.identities.close();
    }
  },
});

/** The settings of a run with this contract. */
async function settingsFor(file: string | undefined, { environment }: CommandIo): Promise<Settings> {
  // A file of the command line is relative to the caller's folder; paths in settings are relative to the project.
  const path = file === undefined ? undefined : relative(projectFolder(), resolve(file)) || file;
  enterProject();
  const given = { ...environment, ...(path === undefined ? {} : { CONTRACT: path }) };
  const settings = loadSettings(given);
  if (settings.CONTRACT === undefined)
    throw new UserError(`Name a contract file, or set CONTRACT.\n${USAGE}`);
  refuseOtherFile(settings.CONTRACT);
  const { service, socket, source } = await contractOf(settings);
  const found = addressesOf({ url: service.url, socketUrl: socket?.url }, source, settings);
  if (settings.MEETINGS_SERVICE_URL === undefined && found.MEETINGS_SERVICE_URL === undefined)
    throw new UserError(
      'The address of the service is not known. Set MEETINGS_SERVICE_URL, or `service.url` in the contract.',
    );
  return loadSettings({ ...given, ...found });
}

async function checkAgainst(settings: Settings, access: Access, io: CommandIo): Promise<number> {
  const url = settings.MEETINGS_SERVICE_URL!;
  const socketUrl = settings.WEBSOCKET_URL ?? url;
  const { contract, identities } = access;
  io.out(`Contract  ${contract.source}`);
  io.out(`Service   ${url}`);
  io.out(wrapped(identities.describe(), 'Identity  ', '          '));
  io.out('');
  await waitForService(url, PATIENCE_MS, contract);
  const name = newRunId();
  const steps = await walkThrough({
    access,
    url,
    socketUrl,
    name,
    timeoutMs: Math.min(5000, settings.REQUEST_TIMEOUT_MS),
    onStep: (step) => io.out(stepText(step)),
  });
  const wrong = steps.filter((step) => step.wrong.length > 0).length;
  if (wrong > 0) {
    io.out(`\n${wrong} of ${steps.length} steps do not match the contract.`);
    return 1;
  }
  const timeoutMs = settings.REQUEST_TIMEOUT_MS;
  const offers = await detectOffers({ url, socketUrl, runId: `${name}-o`, access, timeoutMs });
  io.out(`\n${wrapped(describeOffers(offers).join(' · '), 'Offers    ', '          ')}`);
  io.out(experimentsText(access, offers, settings));
  for (const line of unwatched(contract)) io.out(line);
  io.out(`\nAll ${steps.length} steps match the contract. Next:`);
  for (const phase of ['conduct', 'load'])
    io.out(`  CONTRACT=${settings.CONTRACT} npx playwright test --project=${phase}`);
  return 0;
}

/** Events that no operation causes: they are received and never expected, so a missing one is not noticed. */
function unwatched({ events, causedEvents }: Contract): string[] {
  const names = [...events.keys()].filter((name) => !causedEvents.has(name));
  if (names.length === 0) return [];
  return [
    `\n${wrapped(`Not checked, because no operation has them in \`causes\`: ${names.join(', ')}`, '', '  ')}`,
  ];
}

function stepText({ title, sent, received, wrong, hints }: Step): string {
  const isOk = wrong.length === 0;
  const lines = [`${isOk ? '✓' : '✗'} ${title}`];
  if (sent !== undefined) lines.push(cut(`    sent      ${sent}`, isOk));
  if (received !== undefined) lines.push(cut(`    received  ${received}`, isOk));
  for (const one of wrong) lines.push(wrapped(one, '    wrong     ', '              '));
  for (const one of hints) lines.push(wrapped(one, '    hint      ', '              '));
  return lines.join('\n');
}

const COLUMNS = 80;

/** A step that matches gets one line; any other is shown in full. */
function cut(line: string, isOk: boolean): string {
  if (!isOk) return wrapped(line.trimStart(), '    ', '              ');
  return line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line;
}

/** Why an experiment cannot stop an attached service: its owners gave no command for it. */
function withoutHook({ takesAway }: ExperimentKind, settings: Settings): string | undefined {
  const hook = takesAway && hookFor(takesAway, settings);
  return hook?.kind === 'not applicable' ? hook.reason : undefined;
}

/** The experiments of a run with this contract. */
function experimentsText({ contract }: Access, offers: Offers, settings: Settings): string {
  const rows = experiments.map((one) => {
    const reason = whyNot(one, contract, offers) ?? withoutHook(one, settings);
    const name = one.title === '' ? one.file : `${one.file} (${one.title})`;
    return reason === undefined
      ? `  on   ${name}`
      : `${`  off  ${name}`}\n${wrapped(reason, '       ', '       ')}`;
  });
  return ['\nExperiments (npx playwright test --project=chaos)', ...rows].join('\n');
}
