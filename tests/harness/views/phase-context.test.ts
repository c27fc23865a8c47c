import { expect, test } from '@playwright/test';
import { benchBlock, benchMarkdown } from '../../../src/views/console/bench-block.ts';
import { chaosMarkdown } from '../../../src/views/markdown/chaos-markdown.ts';
import { conductMarkdown } from '../../../src/views/markdown/conduct-markdown.ts';
import { contextOf } from '../../../src/views/phase-context.ts';
import { circumstances } from '../results/summary/crowd-records.ts';

const { facts } = circumstances();
const evidence: Parameters<typeof contextOf>[1] = {
  runId: facts.runId,
  answers: [],
  experiments: [],
  benchmarks: [],
  facts: { ...facts, service: { ...facts.service, defects: 'ghosts' } },
  asked: {
    schema: 'fullhouse/asked/1',
    chaos: ['a storm'],
    bench: ['meeting.join'],
    conduct: ['good answers?'],
    ended: 'interrupted',
    cut: ['chaos', 'bench', 'conduct'],
  },
};

const reports = {
  'chaos.md': chaosMarkdown([], contextOf('chaos', evidence)),
  'bench.md': benchMarkdown([], contextOf('bench', evidence)),
  'conduct.md': conductMarkdown([], contextOf('conduct', evidence)),
  'the console': benchBlock([], contextOf('bench', evidence)).join('\n'),
};

for (const [name, text] of Object.entries(reports))
  test(`${name} begins with seeded defects, missing results and the context of the run`, () => {
    const shown = text.replace(/\n/g, ' ').replaceAll('\\', '');
    for (const part of ['SEEDED DEFECTS: ghosts', facts.runId, 'commit', 'Machine: ', `seed ${facts.seed}`])
      expect(shown).toContain(part);
    expect(shown).toMatch(/not (run|measured|asked): .* \(the run was interrupted\)/);
  });

test('the context of a phase states that the bracket of HTTP calls is unknown', () => {
  const settings = { ...facts.settings, REQUEST_CONTEXT: 'playwright' };
  const told = contextOf('bench', { ...evidence, facts: { ...facts, settings } }).facts.join(' ');
  expect(told).toContain('The bracket of the HTTP calls is not known');
  expect(contextOf('bench', evidence).facts.join(' ')).not.toContain('bracket');
});
