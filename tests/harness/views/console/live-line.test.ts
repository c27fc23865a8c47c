import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@playwright/test';
import { LiveLine } from '../../../../src/views/console/live-line.ts';
import { progressLine } from '../../../../src/views/console/progress-line.ts';
import { FedRun } from '../../live/fed-run.ts';

const plain = (_: unknown, text: string) => text;
const progress = {
  phase: 'load',
  share: 0.5,
  figures: [
    { text: '0:30', rank: 1 },
    { text: '0:30 left', rank: 4 },
    { text: '50 users', rank: 3 },
    { text: '3 errors', rank: 2, tone: 'bad' as const },
  ],
  what: 'meeting-sessions',
};

/** A terminal that records its output and its last line. */
class Terminal {
  written = '';
  readonly columns: number;
  readonly isTTY: boolean;
  readonly #colours: boolean;

  constructor({ columns = 100, isTTY = true, colours = false } = {}) {
    this.columns = columns;
    this.isTTY = isTTY;
    this.#colours = colours;
  }

  hasColors(): boolean {
    return this.#colours;
  }

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  get lastLine(): string {
    return stripVTControlCharacters(this.written.split('\n').at(-1)!.split('\r').at(-1)!);
  }

  get lines(): string[] {
    return this.written.split('\n').slice(0, -1);
  }
}

const liveLine = (terminal: Terminal, isDumb = false) =>
  new LiveLine({ out: terminal as unknown as NodeJS.WriteStream, isDumb });

function loading(options?: ConstructorParameters<typeof FedRun>[0]): FedRun {
  const run = new FedRun(options);
  run.live.phases.expect('load');
  run.live.phases.began('load', '1', 'slice 1 of 2', performance.now());
  return run;
}

test.describe('the progress line', () => {
  test('fits every width, and omits the test name first, then the bar, then figures', () => {
    for (let width = 10; width <= 200; width++)
      expect(progressLine(progress, width, plain).length).toBeLessThanOrEqual(width);
    expect(progressLine(progress, 90, plain)).toBe(
      'load  ━━━━━━━━━━━━────────────  0:30  0:30 left  50 users  3 errors  meeting-sessions',
    );
    // First the text, then the bar, then figures.
    expect(progressLine(progress, 60, plain)).toBe(
      'load  ━━━━━━━━━────────  0:30  0:30 left  50 users  3 errors',
    );
    expect(progressLine(progress, 45, plain)).toBe('load  0:30  0:30 left  50 users  3 errors');
    expect(progressLine(progress, 31, plain)).toBe('load  0:30  50 users  3 errors');
  });

  test('truncates a long text', () => {
    const line = progressLine({ ...progress, what: 'x'.repeat(300) }, 80, plain);
    expect(line).toHaveLength(80);
    expect(line.endsWith('x…')).toBe(true);
  });
});

test.describe('the live line of a run', () => {
  test('is rewritten in place and cleared before other output', () => {
    const [run, terminal] = [loading(), new Terminal()];
    const line = liveLine(terminal);
    line.show(run.live);
    expect(terminal.lastLine).toContain('the workers start');
    for (let second = 0; second < 5; second++)
      run.second([{ latencyMs: 12 }, { outcome: 'http 503', count: 1 }]);
    line.show(run.live);
    expect(terminal.lastLine).toMatch(
      /^load {2}━+─+ {2}0:05 {2}0:15 left {2}10 users {2}62\.0\/s {2}P95 12\.0 ms {2}10 errors {2}crowd$/,
    );
    expect(terminal.lines).toEqual([]);
    line.clear();
    expect(terminal.lastLine).toBe('');
    line.clear();
    line.tell('something else');
    expect(terminal.lines).toHaveLength(1);
    expect(terminal.lines[0]!.endsWith('\r\u001b[2Ksomething else')).toBe(true);
  });

  test('prints each change of a target on a permanent line', () => {
    const [run, terminal] = [loading(), new Terminal()];
    const line = liveLine(terminal);
    run.second([{ latencyMs: 300 }]);
    line.show(run.live);
    line.show(run.live);
    expect(terminal.lines).toEqual(['p95 < 100 ms: missed, 300 ms']);
    expect(terminal.lastLine).toContain('P95 300 ms');
  });

  test('has colours only on a terminal that supports colours', () => {
    for (const colours of [true, false]) {
      const [run, terminal] = [loading(), new Terminal({ colours })];
      run.second([{ outcome: 'http 503', count: 1 }]);
      liveLine(terminal).show(run.live);
      expect(terminal.written.includes('\u001b[31m2 errors')).toBe(colours);
    }
  });

  for (const [name, terminal, isDumb] of [
    ['without a terminal', new Terminal({ isTTY: false }), false],
    ['on a dumb terminal', new Terminal(), true],
  ] as const) {
    test(`prints a plain line every 10 s ${name}`, () => {
      const run = loading();
      const line = liveLine(terminal, isDumb);
      for (let second = 0; second < 25; second++) {
        run.second([{ latencyMs: 12 }]);
        line.show(run.live, second * 1000);
      }
      expect(terminal.written).not.toContain('\u001b');
      expect(terminal.written).not.toContain('\r');
      expect(terminal.lines).toEqual([
        'load: crowd · 0:01 · 0:19 left · 10 users · 60.0/s · P95 12.0 ms · 0 errors',
        'load: crowd · 0:11 · 0:09 left · 10 users · 60.0/s · P95 12.0 ms · 0 errors',
        'load: crowd · 0:21 · finishing · 10 users · 60.0/s · P95 12.0 ms · 0 errors',
      ]);
    });
  }

  test('prints plain lines with a name and without repetition', () => {
    const run = new FedRun();
    const terminal = new Terminal({ isTTY: false });
    const line = liveLine(terminal);
    // A whole number, so that a minute is exactly 60 000 ms.
    const start = Math.ceil(performance.now());
    const at = (second: number) => line.show(run.live, start + second * 1000);
    for (let index = 0; index < 3; index++) run.live.phases.expect('chaos');
    const experiment = { name: 'storm', question: '?', title: 'a storm', seconds: null, findings: [] };
    const act = (what: string) =>
      run.live.results.experiment('1', { ...experiment, state: 'running', act: what });
    run.live.phases.began('chaos', '1', 'a storm', start);
    act('the steady state holds');
    for (let second = 0; second <= 70; second++) at(second);
    act('the steady state holds again');
    for (let second = 71; second <= 74; second++) at(second);
    run.live.phases.ended('chaos', '1', false);
    run.live.results.experiment('1', { ...experiment, state: 'passed', act: null });
    // Between two tests: no line at first, and after a while a line without a name.
    for (let second = 75; second <= 81; second++) at(second);
    run.live.phases.began('chaos', '2', 'a drop', start);
    at(82);
    expect(terminal.lines).toEqual([
      'chaos: a storm: the steady state holds · 0 of 3 · 0:00',
      'chaos: a storm: the steady state holds · 0 of 3 · 1:00',
      'chaos: a storm: the steady state holds again · 0 of 3 · 1:11',
      'chaos · 1 of 3 · 1:21',
      'chaos: a drop · 1 of 3 · 1:22',
    ]);
  });

  test('names the verdict between two of its tests', () => {
    const run = loading();
    run.second([{ latencyMs: 12 }], { finished: true });
    run.live.crowdOver('crowd');
    const terminal = new Terminal({ isTTY: false });
    run.live.phases.expect('load verdict');
    run.live.phases.ended('load', '1', false);
    liveLine(terminal).show(run.live);
    expect(terminal.lines).toEqual([expect.stringMatching(/^load: verdict · 0:0\d$/)]);
  });

  test('names the running test and the current step of an experiment', () => {
    const run = new FedRun();
    const terminal = new Terminal({ columns: 140 });
    const line = liveLine(terminal);
    const start = performance.now();
    line.show(run.live, start);
    expect(terminal.written).toBe('');
    for (let index = 0; index < 4; index++) run.live.phases.expect('chaos');
    run.live.phases.began('chaos', '1', 'a storm', start);
    run.live.phases.ended('chaos', '1', false);
    run.live.phases.began('chaos', '2', 'a drop', start);
    const experiment = { name: 'storm', question: '?', title: 'a drop', seconds: null, findings: [] };
    run.live.results.experiment('2', { ...experiment, state: 'running', act: 'the link is cut' });
    line.show(run.live, start);
    expect(terminal.lastLine).toMatch(/^chaos {2}━+─+ {2}1 of 4 {2}0:00 {2}a drop: the link is cut$/);
  });
});
