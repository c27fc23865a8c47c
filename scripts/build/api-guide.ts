/** What API Extractor writes about one exported thing, or about one of its members. */
interface Item {
  readonly kind: string;
  /** A member that makes a value callable has none. */
  readonly name?: string;
  readonly docComment: string;
  readonly excerptTokens: readonly { readonly text: string }[];
  /** The file that declares it, relative to the project. Members have none. */
  readonly fileUrlPath?: string;
  readonly members?: readonly Item[];
}

type Named = Item & { readonly name: string };

export interface ApiModel {
  readonly members: readonly [{ readonly members: readonly Named[] }];
}

/** The sections of the guide, in their order: what is declared below one of these folders belongs to the section. */
const sections: readonly {
  readonly title: string;
  readonly about: string;
  readonly from: readonly string[];
}[] = [
  {
    title: 'Configuration',
    about: 'What `playwright.config.ts` exports. [settings.md](settings.md) lists all settings.',
    from: ['src/project/'],
  },
  {
    title: 'Tests and fixtures',
    about: '`test` has the fixtures of an experiment. `expect` is the one of Playwright.',
    from: ['fixtures/test', 'fixtures/outages', 'fixtures/chaos-service'],
  },
  {
    title: 'Load tests',
    about:
      'A crowd with its own question. [schedules.md](schedules.md) and [targets.md](targets.md) explain the values.',
    from: ['fixtures/load-test', 'src/run/load-test-settings'],
  },
  {
    title: 'Capacity searches and soaks',
    about: '[capacity.md](capacity.md) and [soak.md](soak.md) are their guides.',
    from: ['fixtures/capacity-test', 'fixtures/soak-test'],
  },
  {
    title: 'Journeys',
    about: 'What a participant does: the default export of a file, which the setting `JOURNEY` names.',
    from: [
      'src/journeys/',
      'src/participants/participant',
      'src/meetings/answer',
      'src/meetings/meeting',
      'src/timings/',
      'src/kernel/random',
    ],
  },
  {
    title: 'Experiments',
    about:
      'Steady state, fault, heal, steady state again, checks. [writing-experiments.md](writing-experiments.md) is the guide.',
    from: ['src/experiments/', 'src/participants/recorded-participant', 'src/meetings/reconnect-policy'],
  },
  {
    title: 'The link and its faults',
    about:
      'The route from participants to the service. [networks.md](networks.md) explains what it can impair.',
    from: ['src/network/', 'src/kernel/reach'],
  },
  {
    title: 'Pages',
    about: 'Participants in real pages. [browsers.md](browsers.md) is the guide.',
    from: [
      'fixtures/browser-participants',
      'fixtures/page-conditions',
      'src/network/page/',
      'src/participants/recorded-page',
    ],
  },
  {
    title: 'Checks',
    about: 'Questions about the history of an experiment.',
    from: ['src/checks/'],
  },
  {
    title: 'The contract of a service',
    about: 'How clients use the service. [contract-file.md](contract-file.md) explains each key.',
    from: ['src/meetings/contract/'],
  },
];

/** Types whose members have a guide of their own. */
const withoutMembers: Readonly<Record<string, string>> = {
  SettingsOptions: '[settings.md](settings.md) lists them.',
  WrittenContract: '[contract-file.md](contract-file.md) lists its keys.',
};

/**
 * The text of `docs/api.md`: every export of `fullhouse`, by topic, with its docstring.
 * @param types the rolled-up types, which have the members in the order of their declaration
 * @throws if an export belongs to no section or has no docstring
 */
export function apiGuide({ members: [entry] }: ApiModel, types: string): string {
  const items = entry.members.filter(({ name }) => name !== 'expect');
  const mistakes = items.flatMap((item) => [
    ...(sectionOf(item) === undefined ? [`${item.name} (${item.fileUrlPath}) belongs to no section`] : []),
    ...[item, ...shownMembers(item)]
      .filter((each) => textOf(each) === '')
      .map((each) => `${item.name} has no docstring at \`${shortened(declarationOf(each))}\``),
  ]);
  if (mistakes.length > 0) throw new Error(`docs/api.md cannot be made:\n${mistakes.join('\n')}`);
  const texts = sections.map((section) => {
    const own = items.filter((item) => sectionOf(item) === section);
    return [`## ${section.title}`, section.about, ...inOrder(own).map((item) => chapter(item, types))].join(
      '\n\n',
    );
  });
  return `${[HEAD, contents(), ...texts].join('\n\n')}\n`;
}

const HEAD = `# API
<!-- Made from the docstrings of the code: npm run build -- --docs -->

What \`fullhouse\` exports, by topic. An editor shows the same texts. Everything else in the package may change at any time.

\`fullhouse/reporters\` has \`fullhouseReporters\`, for a configuration that builds its own list of reporters. The modules below \`fullhouse/tests/\` are the standard tests: \`import 'fullhouse/tests/chaos/packet-loss.spec';\` in a file of yours runs them.`;

function contents(): string {
  return sections.map(({ title }) => `- [${title}](#${anchor(title)})`).join('\n');
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

/** The section with the longest matching folder. */
function sectionOf({ fileUrlPath = '' }: Item) {
  const path = fileUrlPath.replace(/^.*?\/types\//, '');
  const matching = sections.flatMap((section) =>
    section.from.filter((start) => path.startsWith(start)).map((start) => ({ section, start })),
  );
  return matching.toSorted((one, other) => other.start.length - one.start.length)[0]?.section;
}

/** First what people call, then the types; each in alphabetical order. */
function inOrder(items: readonly Named[]): Named[] {
  const rank = ({ kind }: Named) => (kind === 'Function' || kind === 'Variable' ? 0 : 1);
  return items.toSorted((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

function chapter(item: Named, types: string): string {
  const parts = [`### ${item.name}`, textOf(item)];
  const seeAlso = withoutMembers[item.name];
  if (seeAlso !== undefined) return [...parts, seeAlso].join('\n\n');
  const members = memberRows(item, types);
  if (item.kind !== 'Class' && item.kind !== 'Interface') parts.push(fenced(declarationOf(item)));
  if (members.length > 0) parts.push(['| member | meaning |', '|---|---|', ...members].join('\n'));
  return parts.join('\n\n');
}

/** A row for each member, in the order of the declaration. */
function memberRows(item: Named, types: string): string[] {
  const start = types.search(
    new RegExp(`^(export )?(declare )?(abstract )?(class|interface) ${item.name}\\b`, 'm'),
  );
  const place = (member: Item) =>
    types.indexOf(`${declarationOf(member).split('\n')[0]}`, Math.max(0, start));
  return shownMembers(item)
    .toSorted((one, other) => place(one) - place(other))
    .map((member) => `| ${cell(code(shortened(declarationOf(member))))} | ${cell(textOf(member))} |`);
}

/** All members that have a name of their own. */
function shownMembers({ name, members = [] }: Named): readonly Item[] {
  if (name in withoutMembers) return [];
  return members.filter(({ name: member = '' }) => !member.startsWith('[Symbol'));
}

/** Without words that say nothing to a caller. */
function shortened(declaration: string): string {
  return declaration
    .replace(/^get (\w+)\(\)/, '$1')
    .replace(/^abstract /, '')
    .replace(/^readonly /, '')
    .replace(/;$/, '')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ');
}

function declarationOf({ excerptTokens }: Item): string {
  return excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/^export (declare )?/, '')
    .replace(/\bimport\("[^"]+"\)\./g, '')
    .trim();
}

/** The docstring as Markdown: text, examples, then parameters and errors. */
function textOf({ docComment }: Item): string {
  const text = docComment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
  return text
    .replace(/\n(?=@|```\w)/g, '\n\n')
    .replace(/^```\n(?!$)/gm, '```\n\n')
    .replace(/^@param (\w+)\s+(?:- )?/gm, '`$1`: ')
    .replace(/^@throws\s+\{(\w+)\}/gm, 'Throws a `$1`')
    .replace(/^@throws\s+/gm, 'Throws ')
    .replace(/\n{3,}/g, '\n\n');
}

const fenced = (text: string) => `\`\`\`ts\n${text}\n\`\`\``;
const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
/** A line break or a bar would end the cell of the table. */
const cell = (text: string) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
