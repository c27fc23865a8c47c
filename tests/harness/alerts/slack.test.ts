import { expect, test } from '@playwright/test';
import { slackMessage } from '../../../src/alerts/slack.ts';
import { alertFor, hostile, many, mixed } from './alerts.ts';
import { load } from './records.ts';

type Message = ReturnType<typeof slackMessage>;

/** All text that Slack reads as markup. */
function markups({ text, blocks }: Message): string[] {
  return [
    text,
    ...blocks.flatMap((block) => {
      if (block.type === 'context') return block.elements.map((element) => element.text);
      return block.type === 'section' ? [block.text.text] : [];
    }),
  ];
}

test('the Slack message shows degraded items, problems, service, run and report', () => {
  const message = slackMessage(mixed(['https://github.com/o/r/actions/runs/7']));
  expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
  expect(message.blocks.map(({ type }) => type)).toEqual([
    'header',
    ...Array.from({ length: 6 }, () => 'section'),
    'context',
  ]);
  expect(message.blocks[0]).toEqual({
    type: 'header',
    text: {
      type: 'plain_text',
      text: '❌ 1 target missed, 1 check failed, 1 regression; no complete verdict on load, chaos; 1 recovered',
    },
  });
  expect(markups(message).slice(1)).toEqual([
    [
      '*Service* reference',
      '*Phases* load meeting-sessions failed, chaos experiments failed, bench endpoints failed',
      '*Commit* 0123456789ab',
      '*Run* 20261123-140000-abcd',
    ].join('\n'),
    '*Missed targets*\n• load meeting-sessions: latency p95 &lt; 500 ms: 612 ms, 1.22× the limit (run 2 in a row, since 2026-11-02)',
    '*Failed checks*\n• chaos rapid join/leave: nobody is twice in the roster: 40 views: failed (new)',
    '*Regressions*\n• bench endpoints: meeting.get p50: 28.1 ms, was 8.04 ms in the baseline, 3.50× (new)',
    '*No verdict, because of*\n• load meeting-sessions: slice 2 was lost\n• chaos rapid join/leave: capacity: 40 views: inconclusive',
    '*Recovered*\n• bench endpoints: health p50 (after 1 run, since 2026-11-01)',
    'Report <https://github.com/o/r/actions/runs/7>',
  ]);
  for (const line of ['1 target missed', 'latency p95', '28.1 ms', 'actions/runs/7', 'reference'])
    expect(message.text).toContain(line);
});

test('external text in a Slack message cannot mention, link or break lines', () => {
  for (const text of [
    '<!channel>',
    '<@U123>',
    '<https://evil.example|click>',
    'a\n*b*\r\nc',
    '&lt;!here&gt;',
  ]) {
    const message = slackMessage(hostile(text));
    for (const markup of markups(message)) {
      // Only our own link to a report may have angle brackets.
      const own = markup.replaceAll(/<https:\/\/example\.com\/[^<>|\s]*>/g, '');
      expect(own).not.toMatch(/[<>]/);
      expect(own.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
      expect(own).not.toContain('\r');
      expect(own).not.toMatch(/^\*b\*/m);
    }
    expect(JSON.stringify(message.blocks[0])).not.toContain(text);
    expect(JSON.stringify(message.blocks)).not.toContain('"verbatim":false');
  }
});

test('the Slack message holds no bidirectional or invisible characters', () => {
  const message = slackMessage(hostile('safe\u202egnp.exe\u200b\u0007'));
  expect(JSON.stringify(message)).toContain('safegnp.exe');
});

test.describe('the size of a Slack message', () => {
  for (const [count, length] of [
    [1, 100_000],
    [11, 10],
    [500, 10],
    [500, 5000],
  ] as const) {
    test(`stays within the limits of Slack with ${count} findings of ${length} characters`, () => {
      const message = slackMessage(many(count, length));
      const texts = markups(message);
      expect(message.blocks.length).toBeLessThanOrEqual(50);
      for (const text of texts) expect(text.length).toBeLessThanOrEqual(3000);
      expect(message.text.length).toBeLessThanOrEqual(2000);
      expect(JSON.stringify(message.blocks).length).toBeLessThan(13_000);
      if (count > 10) expect(texts.join('\n')).toMatch(/^and \d+ more$/m);
    });
  }

  test('shows up to 10 findings and counts the rest', () => {
    const shown = (count: number) => markups(slackMessage(many(count, 2)))[2]?.split('\n');
    expect(shown(10)).toHaveLength(11);
    expect(shown(10)?.at(-1)).toContain('check 9: ');
    expect(shown(11)?.at(-1)).toBe('and 1 more');
  });

  test('stays within the limits of Slack with 60 reports', () => {
    const reports = Array.from({ length: 60 }, (_, index) => `reports/${'x'.repeat(200)}/${index}.md`);
    const message = slackMessage(alertFor([load()], [], reports));
    for (const text of markups(message)) expect(text.length).toBeLessThanOrEqual(3000);
    expect(markups(message).join('\n')).toContain('more');
  });
});

test('the Slack message links a report only at a web address', () => {
  expect(markups(slackMessage(mixed())).at(-1)).toBe('Report reports/runs/20261123-140000-abcd/summary.md');
  expect(markups(slackMessage(mixed(['javascript:alert(1)']))).at(-1)).toBe('Report javascript:alert(1)');
});
