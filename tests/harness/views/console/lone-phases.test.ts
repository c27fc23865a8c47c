import { expect, test } from '@playwright/test';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { answersOf } from '../../../../src/views/answers.ts';
import { resultBlock } from '../../../../src/views/console/result-block.ts';
import { soakBlock } from '../../../../src/views/console/soak-block.ts';
import { verdictBlock } from '../../../../src/views/console/verdict-block.ts';
import { soakMarkdown } from '../../../../src/views/markdown/soak-markdown.ts';
import { markdown } from '../../../../src/views/markdown/summary-markdown.ts';
import { allLevels, hostile, searched } from '../../results/searched.ts';
import { searchedCrowd } from '../../results/searched-run.ts';
import { judgedMetrics, soaked, soakReport } from '../../results/soaked.ts';

const nothing = { runId: 'run', crowds: [], answers: [], experiments: [], benchmarks: [] };
const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => [...line].length));

test.describe('a capacity search on the console', () => {
  test('has its answer, a row for each level and no figures of a load, in 80 columns', () => {
    const lines = resultBlock(summarise(searchedCrowd({ atLeast: 500 })));
    const text = lines.join('\n');
    expect(text).toContain('CAPACITY SEARCH   crowd');
    expect(lines.filter((line) => /^ {2}\d+ +(double|bisect|confirm)/.test(line))).toHaveLength(12);
    expect(text).toMatch(/640 +double +breaks +88\.2% +431\.2\/s/);
    expect(text).toContain('capacity >= 500 users: 430 users ❌');
    expect(text).not.toContain('Concurrent users');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Universal Scalability Law: contention 0.012 (95% CI 0.008–0.016)',
    );
    expect(widest(lines)).toBeLessThanOrEqual(80);
  });

  test('shows an interrupted search', () => {
    const stopped = { reason: 'interrupted', isInterrupted: true };
    const crowd = { ...searchedCrowd({ answer: null, levels: allLevels().slice(0, 3) }), stopped };
    const summary = summarise(crowd);
    expect(resultBlock(summary).join('\n')).toContain('PARTIAL');
    const [first] = verdictBlock(answersOf({ ...nothing, crowds: [{ summary }] }));
    expect(first).toMatch(/^⏹ INTERRUPTED after 1:16: 40 users held until then, not confirmed/);
  });

  test('writes names as text in Markdown', () => {
    const [first, ...others] = allLevels();
    const levels = [{ ...first!, generator: hostile }, ...others];
    const text = markdown(summarise(searchedCrowd(searched({ levels }))));
    expect(text).toContain('| 10 | double | holds |');
    expect(text).not.toMatch(/(?<!\\)<img/);
  });
});

test.describe('a soak on the console', () => {
  test('has its metrics with the cause first, its figures and its rounds, in 80 columns', () => {
    const lines = soakBlock(soakReport().summary);
    const text = lines.join('\n');
    expect(text).toMatch(/timers +grows +3 +603 +\+3,600/);
    expect(text).toMatch(/resident memory +unsettled +90 MiB +98 MiB +\+12\.4 MiB/);
    expect(text).toContain('Rounds            4 of 4');
    expect(text).not.toContain('\u001b');
    expect(widest(lines)).toBeLessThanOrEqual(80);
  });

  test('leaves out flat metrics and earlier rounds, unless it is verbose', () => {
    const evidence = soaked({ rounds: 20, more: 30 });
    const { summary } = soakReport(evidence, judgedMetrics(evidence));
    const short = soakBlock(summary).join('\n');
    expect(short).toContain('27 more flat metrics: VERBOSE=1');
    expect(short).toContain('8 earlier rounds: VERBOSE=1');
    expect(soakBlock(summary, { isVerbose: true }).join('\n')).toContain('gauge_29');
  });

  test('says so if no metric was judged', () => {
    const { summary } = soakReport(soaked(), []);
    expect(soakBlock(summary).join('\n')).toContain('No metric was judged.');
    expect(soakMarkdown(summary)).toContain('No metric was judged.');
  });
});
