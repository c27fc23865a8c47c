const kind = ['--kind KIND', 'only this phase, such as load, capacity or soak'];
const run = 'RUN is the id of a run, or the beginning of an id, last, previous or baseline.';

/** Commands about finished runs. */
export const results = [
  {
    name: 'fullhouse runs',
    about: 'lists runs and main figures, newest first',
    options: [kind, ['--runs N', 'the number of runs (default: 20)']],
    settings: ['HISTORY_FOLDER'],
    example: 'npx fullhouse runs --kind load',
  },
  {
    name: 'fullhouse report',
    script: 'report',
    arguments: '[RUN]',
    about: 'opens the newest report, or makes one again',
    details: 'RUN is the name of a folder in reports/runs. Its reports are made from its evidence.',
    example: 'npx fullhouse report 20261130-125607-84a2',
  },
  {
    name: 'fullhouse allure',
    script: 'allure',
    arguments: '[RUN]',
    about: "makes Allure's report of a run",
    example: 'npx fullhouse allure',
  },
  {
    name: 'fullhouse history',
    script: 'history',
    about: 'lists runs with the trend of each metric',
    options: [
      kind,
      ['--metric TEXT', 'only the metrics with this text in their names'],
      ['--runs N', 'the number of runs (default: 10)'],
      ['--all', 'all metrics, also those that did not change'],
    ],
    settings: ['HISTORY_FOLDER'],
    example: 'npx fullhouse history --kind load --metric p95',
  },
  {
    name: 'fullhouse compare',
    script: 'compare',
    arguments: '[RUN RUN]',
    about: 'shows two runs side by side',
    details: `${run} Without arguments: previous last.`,
    options: [kind],
    settings: ['HISTORY_FOLDER', 'BASELINES_FOLDER'],
    example: 'npx fullhouse compare baseline last',
  },
  {
    name: 'fullhouse baseline',
    script: 'baseline',
    arguments: '[RUN]',
    about: 'accepts a run as the baseline',
    details: `${run} Without arguments: last.`,
    options: [
      kind,
      ['--yes', 'accept without a question'],
      ['--even-if-failed', 'accept a run that did not pass'],
    ],
    settings: ['HISTORY_FOLDER', 'BASELINES_FOLDER'],
    example: 'npx fullhouse baseline last --kind load',
  },
  {
    name: 'fullhouse recheck',
    script: 'recheck',
    arguments: '[RUN]',
    about: 'judges the ledgers of a chaos run again',
    example: 'npx fullhouse recheck',
  },
  {
    name: 'fullhouse merge',
    script: 'merge',
    arguments: 'FOLDER …',
    about: 'merges the shards of several machines',
    details:
      'The folders have the blob reports (*.zip) of all shards. Exit codes are those of a run. See docs/several-machines.md.',
    options: [['--reporter NAMES', 'reporters of Playwright instead of ours']],
    example: 'npx fullhouse merge reports/shards',
  },
  {
    name: 'fullhouse alert-test',
    script: 'alert:test',
    about: 'sends a test message to the webhook',
    settings: ['ALERT_WEBHOOK_URL', 'ALERT_FORMAT'],
    example: 'ALERT_FORMAT=json npx fullhouse alert-test',
  },
];
