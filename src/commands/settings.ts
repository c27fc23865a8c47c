import { commandNamed } from '../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../scripts/catalogue/help.mjs';
import { type SettingName, schema } from '../config/schema.ts';
import { serviceSettings } from '../config/service-settings.ts';
import { type Given, settingsInEffect } from '../config/settings-in-effect.ts';
import { commandWith, unknownWord } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { enterProject, guide } from '../kernel/folders.ts';
import { printable } from '../kernel/outside-text.ts';
import { plainTable } from '../kernel/plain-table.ts';
import { wrapped } from '../kernel/wrapped.ts';
import { valuesOfContract } from '../run/contract-settings.ts';

const NAME = 'npx fullhouse settings';
const names = Object.keys(schema) as SettingName[];

/** The longest value in the table, so that its lines have at most 80 characters. `NAME` shows the whole value. */
const LONGEST = 26;

/** `npx fullhouse settings [NAME …]`: the value in effect of each setting, its default, and where it comes from. */
export const main = commandWith({
  name: NAME,
  usage: helpOf(commandNamed('fullhouse settings')!),
  flags: ['set'],
  mostFiles: names.length + serviceSettings.length,
  async run({ files: asked, flags }, io) {
    enterProject();
    const known = [...new Set([...names, ...serviceSettings])];
    for (const name of asked) if (!known.includes(name)) throw new UserError(unknownWord(name, known, NAME));
    const { given, mistakes, warnings } = await settingsInEffect(io.environment, valuesOfContract);
    const ofService = serviceSettings.filter((name) => !(name in schema) && given.has(name));
    const listed = [...names, ...ofService].filter((name) => !flags.has('set') || given.has(name));
    if (asked.length > 0) for (const name of asked) io.out(printed(detailsOf(name, given.get(name))));
    else if (listed.length === 0) io.out('No setting is set: each one has its default.');
    else {
      const rows = listed.map((name) => rowOf(name, given.get(name)));
      for (const line of plainTable([['setting', 'value', 'from', 'default'], ...rows], {
        left: [0, 1, 2, 3],
      }))
        io.out(printable(line));
    }
    for (const mistake of [...mistakes, ...warnings]) io.err(mistake);
    return mistakes.length > 0 ? 1 : 0;
  },
});

function rowOf(name: string, given: Given | undefined): string[] {
  const usual = defaultOf(name);
  return given === undefined
    ? [name, short(usual), 'default', '']
    : [name, short(given.shown), given.from, short(usual)];
}

function detailsOf(name: string, given: Given | undefined): string {
  const { describe } = name in schema ? schema[name as SettingName] : { describe: '' };
  const row = (title: string, text: string) => wrapped(text, `  ${title.padEnd(9)}`, ' '.repeat(11));
  return [
    name,
    row('value', given?.shown ?? (defaultOf(name) || 'not set')),
    row('from', given?.from ?? 'default'),
    row('default', defaultOf(name) || 'not set'),
    row('meaning', describe || `a setting of the reference service (${guide('docs/reference-service.md')})`),
  ].join('\n');
}

/** The default as users write it; empty without one. */
function defaultOf(name: string): string {
  if (!(name in schema)) return '';
  const { default: usual = '' } = schema[name as SettingName] as { readonly default?: string };
  return usual;
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function printed(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
