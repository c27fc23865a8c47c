import { join } from 'node:path';
import { exampleText } from '../../examples/example.ts';
import { endingOf, importEnding, type Language } from '../../examples/language.ts';
import { standardSpecs } from '../../examples/standard-specs.ts';
import type { NewFile } from '../../writing/plan.ts';
import { standardFiles } from '../../writing/standard-files.ts';
import type { Answers } from '../answers.ts';
import { filesIn, type Surroundings } from '../surroundings.ts';
import type { ContractFile } from './contract.ts';

interface Given {
  readonly answers: Answers;
  readonly around: Surroundings;
  readonly contract: ContractFile;
  readonly testDir: string;
}

/** A journey, a load test with it, an experiment, and fullhouse's own experiments, one line each. */
export function exampleFiles({ answers: { language }, around, contract, testDir }: Given): NewFile[] {
  const { isModule } = around;
  const ending = endingOf({ language, isModule });
  const journey = contract.hasChat ? 'chat' : 'visit';
  const journeyFile = `journeys/${journey}${ending}`;
  return [
    {
      kind: 'new',
      path: journeyFile,
      text: exampleText(`${journey}.ts`, language),
      about: 'an example of a journey: what a participant does',
    },
    {
      kind: 'new',
      path: `${testDir}/load/meetings.spec${ending}`,
      text: exampleText('meetings.spec.ts', language).replace('journeys/chat.ts', journeyFile),
      about: 'the load test: a crowd with this journey',
    },
    {
      kind: 'new',
      path: `faults/one-way${ending}`,
      text: exampleText('one-way.ts', language),
      about: 'an example of a fault of your own',
    },
    {
      kind: 'new',
      path: `${testDir}/chaos/one-way.spec${ending}`,
      text: exampleText('one-way.spec.ts', language).replace(
        './one-way.ts',
        `../../faults/one-way${importEnding(ending)}`,
      ),
      about: 'an experiment with this fault',
    },
    ...standardFiles('chaos', testDir, ending),
  ];
}

/** Names of a folder for the tests, the best first. */
const NAMES = ['tests', 'fullhouse', 'fullhouse-tests'];

/**
 * The folder of the tests. It has no other tests, and is not the folder of a configuration of the team: its projects must
 * not run the tests of fullhouse, and the other way around.
 */
export function testFolder(
  { folder, isModule, config, ownConfig }: Surroundings,
  language: Language,
): string {
  const hasOwn = config !== undefined || ownConfig !== undefined;
  const ending = endingOf({ language, isModule });
  // An interrupted `init` has left some of these.
  const own = [
    'load/meetings',
    'chaos/one-way',
    ...standardSpecs('chaos').map(({ name }) => `chaos/${name}`),
  ];
  const ours = new Set(own.map((name) => join(`${name}.spec${ending}`)));
  const free = NAMES.slice(hasOwn ? 1 : 0).find((name) =>
    filesIn(join(folder, name)).every((file) => ours.has(file)),
  );
  return free ?? 'fullhouse-load-and-chaos';
}
