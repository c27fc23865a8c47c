/** Options of Playwright that a run can use. */
export const playwrightOptions = [
  ['--workers=N', 'workers of this machine, each with one slice of the crowd'],
  ['--grep=TEXT', 'only the tests whose title matches'],
  ['--list', 'list the tests, and start nothing'],
];

export const crowd = ['CONCURRENT_USERS', 'TEST_DURATION', 'BROWSER_USERS', 'SCHEDULE', 'TARGETS', 'VERBOSE'];
export const service = ['MEETINGS_SERVICE_URL', 'CONTRACT', 'ALLOW_REMOTE'];

/** The exit codes of every run. */
export const codes = 'Exit code 0: passed. 1: failed. 2: inconclusive. 130: interrupted.';

/** Commands that start a run. Their order is that of the help and of docs/commands.md. */
export const runs = [
  {
    name: 'load',
    call: 'npx playwright test --project=load',
    about: 'runs only the load test',
    details: codes,
    options: playwrightOptions,
    settings: [...crowd, ...service],
    example: 'CONCURRENT_USERS=200 TEST_DURATION=120 npx playwright test --project=load',
  },
  {
    name: 'chaos',
    call: 'npx playwright test --project=chaos',
    about: 'runs only the chaos experiments',
    details: codes,
    arguments: '[FILE]',
    options: playwrightOptions,
    settings: ['CHAOS_LOSS_USERS', 'CHAOS_JOIN_USERS', 'CHAOS_OUTAGE_DOWN', ...service],
    example: 'npx playwright test --project=chaos packet-loss',
  },
  {
    name: 'bench',
    call: 'npx playwright test --project=bench',
    about: 'runs only the benchmarks',
    details: codes,
    options: playwrightOptions,
    settings: ['ITERATIONS', 'BENCH_WARMUP', 'BENCH_CONCURRENCY', 'BENCH_TARGETS', ...service],
    example: 'ITERATIONS=1000 npx playwright test --project=bench --grep meeting.get',
  },
  {
    name: 'conduct',
    call: 'npx playwright test --project=conduct',
    about: 'asks the questions about conduct, in seconds',
    details: codes,
    options: playwrightOptions,
    settings: service,
    example: 'npx playwright test --project=conduct',
  },
  {
    name: 'test:all',
    call: 'npx playwright test',
    about: 'runs everything: load, chaos, bench, conduct',
    details: codes,
    options: playwrightOptions,
    settings: [...crowd, 'ITERATIONS', ...service],
    example: 'npx playwright test --workers=4',
  },
  {
    name: 'fullhouse capacity',
    script: 'capacity',
    arguments: '[AXIS]',
    about: 'searches how many users fit',
    details: `AXIS is what the search raises until a limit breaks: users (at a time), arrivals (per second), or meeting-size (members of one meeting). ${codes}`,
    options: [
      ['--limit "…"', 'targets that a level must hold: "p95 < 500 ms"'],
      ['--within 5%', 'how far apart the two levels of the answer may be'],
      ['--for 15min', 'the longest time of the search'],
      ['--at-most N', 'the highest level to try'],
      ['--at-least N', 'fail if the service has less capacity'],
      ...playwrightOptions,
    ],
    settings: ['REQUESTS_PER_USER', 'THINK_TIME_MS', 'TARGETS', ...service],
    example: 'npx fullhouse capacity arrivals --limit "p95 < 300 ms" --for 10min',
  },
  {
    name: 'fullhouse soak',
    script: 'soak',
    arguments: '[TIME]',
    about: 'checks that the service stays stable for hours',
    details: `TIME is the whole time, such as 2h: rounds of users and of rest. ${codes}`,
    options: [
      ['--rounds 12', 'rounds; a crowd arrives, works and leaves in each'],
      ['--memory 512MiB', 'the memory of the service, for forecasts'],
      ...playwrightOptions,
    ],
    settings: ['CONCURRENT_USERS', 'SCHEDULE', 'TARGETS', 'BROWSER_USERS', ...service],
    example: 'CONCURRENT_USERS=100 npx fullhouse soak 2h --rounds 12',
  },
  {
    name: 'fullhouse service',
    script: 'service',
    about: 'runs the reference service, until Ctrl-C',
    settings: ['SERVICE_PORT', 'JWT_SECRET', 'SERVICE_DEFECTS', 'SERVICE_STYLE', 'DATABASE_URL'],
    example: 'SERVICE_PORT=3010 npx fullhouse service',
  },
];
