import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reference = join(import.meta.dirname, '../../../../src/meetings/contract/reference.yaml');

/**
 * The reference contract with other actions, in a separate file while `use` runs. Its meetings exist when a participant
 * enters: creating thousands of them would take longer than the run.
 */
export async function withMix<Value>(mix: string, use: (path: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'fullhouse-contract-'));
  try {
    const text = await readFile(reference, 'utf8');
    const changed = text.replace(/^ {2}mix: .*$/m, `  mix: { ${mix} }`);
    if (changed === text) throw new Error('the reference contract has no line with a mix');
    const path = join(folder, 'contract.yaml');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the contract's own template
    await writeFile(path, `${changed}meetings: { named: "${'${unique}'}" }\n`);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
