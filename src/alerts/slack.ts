import type { Alert } from './alert.ts';
import { factsOf, fitting, groupsOf, marks, oneLine } from './wording.ts';

/** A message for an incoming webhook of Slack, or of a compatible receiver. */
export interface SlackMessage {
  /** The text of notifications, and of receivers that do not support blocks. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

type Block =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: Markup }
  | { readonly type: 'context'; readonly elements: readonly Markup[] };

interface Markup {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Names and channels in the text are not turned into mentions. */
  readonly verbatim: true;
}

/**
 * Slack refuses a message with a header of more than 150 characters, a section of more than 3000, or blocks of more
 * than about 13,000 together (docs.slack.dev/reference/block-kit/blocks; bolt-js issue 2509). Compatible receivers show
 * `text` alone, Discord up to 2000 characters of it.
 */
const limits = { header: 150, group: 1900, context: 1900, text: 1900, lines: 10 };

export function slackMessage(alert: Alert): SlackMessage {
  const title = `${marks[alert.status]} ${alert.headline}`;
  const answer = alert.answer === undefined ? [] : [escaped(oneLine(alert.answer))];
  const facts = factsOf(alert).map(([name, value]) => `*${name}* ${escaped(value)}`);
  const groups = groupsOf(alert).map((group) => ({ title: group.title, lines: group.lines.map(bullet) }));
  const reports = fitting(alert.reports.map(place), { most: limits.lines, characters: limits.context });
  const text = fitting([title, ...answer, ...facts, ...reports, ...groups.flatMap(({ lines }) => lines)], {
    most: Number.POSITIVE_INFINITY,
    characters: limits.text,
  });
  return {
    text: text.join('\n'),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: [...title].slice(0, limits.header).join('') } },
      ...answer.map((line) => section([line])),
      section(facts),
      ...groups.map(({ title, lines }) =>
        section([`*${title}*`, ...fitting(lines, { most: limits.lines, characters: limits.group })]),
      ),
      ...(reports.length === 0
        ? []
        : [{ type: 'context' as const, elements: [markup(`Report ${reports.join(' · ')}`)] }]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

const bullet = (line: string) => `• ${escaped(line)}`;
const section = (lines: readonly string[]): Block => ({ type: 'section', text: markup(lines.join('\n')) });
const markup = (text: string): Markup => ({ type: 'mrkdwn', text, verbatim: true });

/** The three characters that control Slack's markup: without them there is no mention and no link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A web address as a link, or a path without change. */
function place(report: string): string {
  const line = escaped(oneLine(report));
  return /^https?:\/\/\S+$/.test(report) ? `<${line.replaceAll('|', '%7C')}>` : line;
}
