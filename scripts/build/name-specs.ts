import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * Gives the compiled standard tests the names of their sources. A team has a file with one line,
 * `import 'fullhouse/tests/chaos/packet-loss.spec';`, and names it on the command line. If all tests of a file come from
 * one other file with another ending, Playwright compares the command line with the other file. So each test says that it comes
 * from `packet-loss.spec.js.ts`: the ending is the one of a team with TypeScript, and the name also has the one of a team
 * with JavaScript. It says so in a source map of lines, which has no path and no text.
 */
export async function nameSpecs(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((name) =>
    /\.(spec|verdict)\.js$/.test(name),
  );
  await Promise.all(files.map((file) => nameSpec(join(folder, file))));
}

async function nameSpec(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const lines = text.split('\n').length;
  const map = {
    version: 3,
    sources: [`${basename(path)}.ts`],
    names: [],
    // Each line is the same line of the source.
    mappings: `AAAA${';AACA'.repeat(lines - 1)}`,
  };
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  await writeFile(path, `${text}//# sourceMappingURL=data:application/json;base64,${data}\n`);
}
