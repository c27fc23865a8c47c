import { codes, crowd, playwrightOptions, service } from './runs.mjs';

const suite = [
  ['--project=NAME', 'only these tests: parts, runs or pages'],
  ['--list', 'list the tests, and start nothing'],
];

/** npm scripts of the checkout: for a first try, and for people who change fullhouse itself. */
export const harness = [
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
    name: 'setup',
    about: 'installs the packages, finds a browser',
    details: 'It also checks the version of Node. Nothing is done twice.',
    options: [['--no-browser', 'skip the browser, like SKIP_BROWSER_SETUP=1']],
    settings: ['CHROMIUM_PATH'],
    example: 'npm run setup -- --no-browser',
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
    name: 'test',
    arguments: '[PATTERN]',
    about: 'the gate: the tests of the harness',
    details: 'Sets up what is missing first. PATTERN matches the paths of test files.',
    options: suite,
    example: 'npm test -- config --project=parts',
  },
  {
    name: 'check',
    about: 'types, lint, dead code, then the gate',
    example: 'npm run check',
  },
  {
    name: 'types',
    about: 'compiles all TypeScript, and writes nothing',
    example: 'npm run types',
  },
  {
    name: 'lint',
    about: 'checks the format and the rules of the code',
    example: 'npm run lint',
  },
  {
    name: 'lint:fix',
    about: 'formats the code, and corrects it',
    example: 'npm run lint:fix',
  },
  {
    name: 'dead-code',
    about: 'finds files and exports that nothing uses',
    example: 'npm run dead-code',
  },
  {
    name: 'build',
    about: 'compiles the npm package into dist/',
    options: [['--docs', 'also write docs/api.md, and the report in etc/']],
    example: 'npm run build -- --docs',
  },
  {
    name: 'test:deep',
    arguments: '[PATTERN]',
    about: 'tests that take too long for each change',
    options: suite,
    example: 'npm run test:deep -- fuzz',
  },
  {
    name: 'torture',
    arguments: '[KILLS]',
    about: 'kills runs at random times',
    details: 'Afterwards, nothing may be left behind, and nothing may be lost.',
    options: [
      ['--seed SEED', 'the same seed gives the same kills'],
      ['--only ROLE', 'only kills of this process'],
    ],
    example: 'npm run torture -- 20 --seed 7',
  },
  {
    name: 'bench:generator',
    about: 'the capacity of the load generator',
    example: 'npm run bench:generator',
  },
  {
    name: 'bench:journey',
    about: 'the accuracy and the cost of a whole crowd',
    example: 'npm run bench:journey',
  },
  {
    name: 'bench:capacity',
    about: 'the error of real capacity searches',
    example: 'npm run bench:capacity',
  },
  {
    name: 'bench:link',
    about: 'the cost of the link',
    example: 'npm run bench:link',
  },
  {
    name: 'bench:report',
    about: 'the cost of the reports of a large run',
    example: 'npm run bench:report',
  },
  {
    name: 'bench:browser',
    about: 'the cost of a participant in a page',
    example: 'npm run bench:browser',
  },
  {
    name: 'bench:dashboard',
    about: 'the cost of viewers of the live dashboard',
    example: 'npm run bench:dashboard',
  },
  {
    name: 'screenshots',
    arguments: '[RUN]',
    about: 'makes the pictures of the performance page',
    example: 'npm run screenshots',
  },
  {
    name: 'screenshots:room',
    about: 'makes the pictures of the room page',
    example: 'npm run screenshots:room',
  },
  {
    name: 'screenshots:dashboard',
    about: 'makes the pictures of the dashboard',
    example: 'npm run screenshots:dashboard',
  },
];
