import type { Summary } from './summary/schema.ts';
import { counted, experienced, number } from './wording.ts';

type Browsers = NonNullable<Summary['browsers']>;

const short: Readonly<Record<string, string>> = {
  'page.open': 'open',
  'page.join': 'join',
  'page.hand-visible': 'hand visible',
  'page.reconnect': 'reconnect',
  'page.ttfb': 'TTFB',
  'page.lcp': 'LCP',
  'page.inp': 'INP',
  'page.cls': 'CLS',
  'webrtc.rtt': 'audio rtt',
  'webrtc.jitter': 'audio jitter',
  'webrtc.loss': 'audio loss',
};

/** What is said of the participants in browsers: a title and its text, a line each; nothing where none were asked for. */
export function browserLines({ browsers }: Summary): [title: string, text: string][] {
  if (!browsers) return [];
  if (browsers.without !== null)
    return [['In browsers', `nobody, ${number(browsers.asked)} asked: ${browsers.without}`]];
  const { sessions, traced } = browsers;
  const gaveUp = Object.entries(sessions.gaveUp).map(
    ([step, count]) => `${number(count)} gave up at ${step}`,
  );
  const cut = sessions.cutShort > 0 ? [`${number(sessions.cutShort)} cut short`] : [];
  return [
    [
      'In browsers',
      [
        `${number(browsers.reached)} at a time of ${number(browsers.asked)} asked`,
        counted(sessions.started, 'session'),
        `${number(sessions.completed)} completed`,
        ...gaveUp,
        ...cut,
        `${number(traced)} traced`,
      ].join(', '),
    ],
    ...experience(browsers),
    ['  trouble', trouble(browsers)],
    ...browsers.notJudged.map(({ target, note }): [string, string] => ['  not judged', `${target}: ${note}`]),
  ];
}

/** Median and 75th percentile, at which web vitals are judged; where samples are too few, their maximum. */
function experience({ experience }: Browsers): [string, string][] {
  const shown = Object.entries(experience).map(([name, { unit, count, p50, p75, max }]) => {
    const text = (value: number) => experienced(value, unit);
    const values =
      p75 === null || p50 === null
        ? `at most ${text(max)} of ${number(count)}`
        : `P50 ${text(p50)}, P75 ${text(p75)}`;
    return `${short[name] ?? name} ${values}`;
  });
  const half = Math.ceil(shown.length / 2);
  return [shown.slice(0, half), shown.slice(half)]
    .filter((part) => part.length > 0)
    .map((part, index) => [index === 0 ? '  experience' : '', part.join('; ')]);
}

function trouble({ crashes, troubles }: Browsers): string {
  const others = troubles
    .filter(({ kind }) => kind !== 'page crash')
    .slice(0, 3)
    .map(({ kind, cause, count }) => `${number(count)} × ${kind} (${cause})`);
  return [counted(crashes, 'page crash', 'page crashes'), ...others].join('; ');
}
