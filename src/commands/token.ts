import { commandNamed } from '../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../scripts/catalogue/help.mjs';
import { loadSettings, withDefaults } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import type { CommandIo } from '../kernel/command.ts';
import { commandWith } from '../kernel/command-arguments.ts';
import { UserError, wordHint } from '../kernel/errors.ts';
import { enterProject, guide } from '../kernel/folders.ts';
import type { Access } from '../meetings/access.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { contractOf, openAccess } from '../run/access.ts';
import { settingsOf } from '../run/contract-settings.ts';

const usage = helpOf(commandNamed('fullhouse token')!);

/** `npx fullhouse token alice`: prints only the token on standard output, so that `$(…)` gets nothing else. */
export const main = commandWith({
  name: 'npx fullhouse token',
  usage,
  mostFiles: 1,
  async run({ files: [user] }, io) {
    if (user === undefined || user.trim() === '')
      throw new UserError('Name a user: npx fullhouse token alice');
    enterProject();
    const settings = await settingsFor(io);
    const access = await openAccess(settings);
    try {
      const identity = await identityOf(user, access);
      io.out(tokenIn(identity, access.contract));
      if (identity.userId !== user)
        io.err(`This is the token of "${identity.userId}": the accounts of the contract have their own ids.`);
      return 0;
    } finally {
      await access.identities.close();
    }
  },
});

/** The settings, with the values of the contract: a login may need the address of the service. */
async function settingsFor({ environment }: CommandIo): Promise<Settings> {
  const written = loadSettings(environment);
  const contract = await contractOf(written);
  const settings = loadSettings(withDefaults(settingsOf(contract, written), environment));
  if (contract.identity.login !== undefined && settings.MEETINGS_SERVICE_URL === undefined)
    throw new UserError(
      'Tokens come from a login, and the address of the service is not known. Set MEETINGS_SERVICE_URL, or `service.url` in the contract.',
    );
  return settings;
}

/**
 * The user of this id. Existing accounts are opened until one has the id; if each costs a login or a command, only the
 * first one is opened.
 * @throws {UserError} if no account has it
 */
async function identityOf(user: string, { contract, identities }: Access): Promise<Identity> {
  const { none, login, command } = contract.identity;
  if (none !== undefined)
    throw new UserError(
      `The service has no tokens: the contract ${contract.source} says that it asks for no identity. Call it without one.`,
    );
  const { accounts } = identities;
  if (accounts === undefined || login !== undefined || command !== undefined) return identities.open(user);
  const known: string[] = [];
  for (let count = 1; count <= accounts; count++) {
    const identity = await identities.open(`${user} ${count}`);
    if (identity.userId === user) return identity;
    known.push(identity.userId);
  }
  throw new UserError(`The contract ${contract.source} has no user "${user}". ${wordHint(user, known)}`);
}

/** @throws {UserError} if the user is identified by something else */
function tokenIn({ token, cookies }: Identity, { source }: Contract): string {
  if (token !== undefined) return token;
  const names = Object.keys(cookies);
  const instead = names.length > 0 ? `cookies (${names.join(', ')})` : 'headers of its own';
  throw new UserError(
    `The identity of a user is no token: the contract ${source} uses ${instead}. See \`identity\` in ${guide('docs/contract-file.md')}.`,
  );
}
