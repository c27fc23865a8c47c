// Started by github-says.ts: reads files from its standard input and says what GitHub's language service has against
// them. A process of its own, because that package imports JSON in a way that Node 20 refuses without tsx.
import { text } from 'node:stream/consumers';
import { validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { actions } from './actions.ts';

const files: Record<string, string> = JSON.parse(await text(process.stdin));

const actionsMetadataProvider: NonNullable<Parameters<typeof validate>[1]>['actionsMetadataProvider'] = {
  async fetchActionMetadata({ owner, name, path }) {
    const action = [owner, name, ...(path ? [path] : [])].join('/');
    const known = actions[action];
    if (!known) return undefined; // every input would pass: a rule refuses such actions
    const inputs = [
      ...(known.required ?? []).map((input) => [input, { description: '', required: true }]),
      ...known.optional.map((input) => [input, { description: '' }]),
    ];
    return { name: action, description: '', inputs: Object.fromEntries(inputs) };
  },
};

const complaints: string[] = [];
for (const [file, content] of Object.entries(files)) {
  const document = TextDocument.create(`file:///.github/workflows/${file}`, 'yaml', 1, content);
  for (const { range, message } of await validate(document, { actionsMetadataProvider }))
    complaints.push(`${file}:${range.start.line + 1} ${message}`);
}
console.log(JSON.stringify(complaints));
