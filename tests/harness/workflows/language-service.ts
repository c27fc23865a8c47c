// Reads files from standard input and prints the errors that GitHub's language service reports about them.
// github-says.ts starts it as a separate process, because that package imports JSON in a way that Node 20 refuses
// without tsx.
import { text } from 'node:stream/consumers';
import { validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { actions } from './actions.ts';

const files: Record<string, string> = JSON.parse(await text(process.stdin));

const actionsMetadataProvider: NonNullable<Parameters<typeof validate>[1]>['actionsMetadataProvider'] = {
  async fetchActionMetadata({ owner, name, path }) {
    const action = [owner, name, ...(path ? [path] : [])].join('/');
    const known = actions[action];
    if (!known) return undefined; // GitHub then accepts every input; a rule refuses such actions
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
