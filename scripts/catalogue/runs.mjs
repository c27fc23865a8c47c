/** Options of Playwright that a run can use. */
const playwrightOptions = [
  ['--workers=N', 'workers of this machine, each with one slice of the crowd'],
  ['--grep=TEXT', 'only the tests whose title matches'],
  ['--list', 'list the tests, and start nothing'],
];

const crowd = ['CONCURRENT_USERS', 'TEST_DURATION', 'BROWSER_USERS', 'SCHEDULE', 'TARGETS', 'VERBOSE'];
const service = ['MEETINGS_SERVICE_URL', 'CONTRACT', 'ALLOW_REMOTE'];

/** The exit codes of every run. */
const codes = 'Exit code 0: passed. 1: failed. 2: inconclusive. 130: interrupted.';

/** Commands that start a run. Their order is that of the help and of docs/commands.md. */
export const runs = [
  {
    name: 'start',
    about: 'sets up what is missing, runs the load test',
    details:
      'Without MEETINGS_SERVICE_URL, the run starts the reference service. It prints the verdict and the paths of all reports. ' +
      codes,
    options: playwrightOptions,
    settings: [...crowd, ...service],
    example: 'CONCURRENT_USERS=20 TEST_DURATION=10 npm start',
  },
  {
    name: 'load',
    about: 'runs only the load test',
    details: codes,
    options: playwrightOptions,
    settings: [...crowd, ...service],
    example: 'CONCURRENT_USERS=200 TEST_DURATION=120 npm run load',
  },
  {
    name: 'chaos',
    about: 'runs only the chaos experiments',
    details: codes,
    arguments: '[FILE]',
    options: playwrightOptions,
    settings: ['CHAOS_LOSS_USERS', 'CHAOS_JOIN_USERS', 'CHAOS_OUTAGE_DOWN', ...service],
    example: 'npm run chaos -- packet-loss',
  },
  {
    name: 'bench',
    about: 'runs only the benchmarks',
    details: codes,
    options: playwrightOptions,
    settings: ['ITERATIONS', 'BENCH_WARMUP', 'BENCH_CONCURRENCY', 'BENCH_TARGETS', ...service],
    example: 'ITERATIONS=1000 npm run bench -- --grep meeting.get',
  },
  {
    name: 'conduct',
    about: 'asks the questions about conduct, in seconds',
    details: codes,
    options: playwrightOptions,
    settings: service,
    example: 'npm run conduct',
  },
  {
    name: 'test:all',
    about: 'runs everything: load, chaos, bench, conduct',
    details: codes,
    options: playwrightOptions,
    settings: [...crowd, 'ITERATIONS', ...service],
    example: 'npm run test:all -- --workers=4',
  },
  {
    name: 'test:load',
    alias: 'load',
    about: 'another name of npm run load',
    example: 'CONCURRENT_USERS=200 npm run test:load',
  },
  {
    name: 'test:chaos',
    alias: 'chaos',
    about: 'another name of npm run chaos',
    example: 'npm run test:chaos -- packet-loss',
  },
  {
    name: 'test:performance',
    alias: 'bench',
    about: 'another name of npm run bench',
    example: 'ITERATIONS=1000 npm run test:performance',
  },
  {
    name: 'service',
    about: 'runs the reference service, until Ctrl-C',
    settings: ['SERVICE_PORT', 'JWT_SECRET', 'SERVICE_DEFECTS', 'SERVICE_STYLE', 'DATABASE_URL'],
    example: 'SERVICE_PORT=3010 npm run service',
  },
];
