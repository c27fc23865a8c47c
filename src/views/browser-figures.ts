import { counted, inUnit, number } from '../kernel/figures.ts';
import type { Summary } from '../results/summary/schema.ts';
import { pageMetric } from '../timings/page-metrics.ts';

type Browsers = NonNullable<Summary['browsers']>;

/** The figures of participants in browsers, by title; empty if no browsers were requested. */
export function browserFigures({ browsers }: Summary): [title: string, text: string][] {
  if (!browsers) return [];
  if (browsers.unavailableReason !== null)
    return [
      ['In browsers', `none of ${number(browsers.requested)} requested: ${browsers.unavailableReason}`],
    ];
  const { sessions, traced } = browsers;
  const gaveUp = Object.entries(sessions.gaveUp).map(
    ([step, count]) => `${number(count)} gave up at ${step}`,
  );
  const cut = sessions.cutShort > 0 ? [`${number(sessions.cutShort)} cut short`] : [];
  return [
    [
      'In browsers',
      [
        `${number(browsers.peak)} at peak, ${number(browsers.requested)} requested`,
        counted(sessions.started, 'session'),
        `${number(sessions.completed)} completed`,
        ...gaveUp,
        ...cut,
        `${number(traced)} traced`,
      ].join(', '),
    ],
    ...experience(browsers),
    ['  problems', problemText(browsers)],
    ...browsers.notJudged.map(({ target, unavailableReason }): [string, string] => [
      '  not judged',
      `${target}: ${unavailableReason}`,
    ]),
  ];
}

/** The median and the 75th percentile, by which web vitals are judged; the maximum if there are too few samples. */
function experience({ experience }: Browsers): [string, string][] {
  const shown = Object.entries(experience).map(([name, { unit, count, p50, p75, max }]) => {
    const text = (value: number) => inUnit(value, unit);
    const values =
      p75 === null || p50 === null
        ? `max ${text(max)} (n=${number(count)})`
        : `P50 ${text(p50)}, P75 ${text(p75)}`;
    return `${pageMetric(name)?.short ?? name} ${values}`;
  });
  const half = Math.ceil(shown.length / 2);
  return [shown.slice(0, half), shown.slice(half)]
    .filter((part) => part.length > 0)
    .map((part, index) => [index === 0 ? '  experience' : '', part.join('; ')]);
}

function problemText({ crashes, problems }: Browsers): string {
  const others = problems
    .filter(({ kind }) => kind !== 'page crash')
    .slice(0, 3)
    .map(({ kind, cause, count }) => `${number(count)} × ${kind} (${cause})`);
  return [counted(crashes, 'page crash', 'page crashes'), ...others].join('; ');
}
