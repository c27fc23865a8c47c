/** Commands before a run: the machine, the settings, the service, and files of your own. */
export const preparation = [
  {
    name: 'fullhouse init',
    about: 'sets up a folder for fullhouse',
    details:
      'Asks at most four questions, and writes the configuration, a contract, examples and a workflow. Files that exist are changed only after the change was shown. Missing packages are installed.',
    options: [
      ['--service URL', 'your service, or reference for the one of fullhouse'],
      ['--contract FILE', 'a contract that you have'],
      ['--openapi FILE', 'an OpenAPI document, to write the contract from'],
      ['--typescript', 'write TypeScript; --javascript writes JavaScript'],
      ['--workflow', 'add the nightly workflow; --no-workflow does not'],
      ['--yes', 'take the defaults, and ask nothing'],
      ['--dry-run', 'show everything, and write nothing'],
      ['--no-install', 'only print the command that installs packages'],
    ],
    example: 'npx fullhouse init --service http://localhost:3000 --openapi openapi.yaml',
  },
  {
    name: 'fullhouse doctor',
    about: 'checks the machine, settings and service',
    details:
      'Prints a line for each check: ok, warning or problem, with the fix. Exit code 0: a run can start. Exit code 1: there is a problem.',
    settings: ['MEETINGS_SERVICE_URL', 'CONTRACT', 'CONCURRENT_USERS', 'SERVICE_PORT'],
    example: 'npx fullhouse doctor',
  },
  {
    name: 'fullhouse settings',
    arguments: '[NAME …]',
    about: 'prints each setting, its default and source',
    details: 'The values of secrets are masked.',
    options: [['--set', 'only settings that are set']],
    example: 'npx fullhouse settings TARGETS SCHEDULE',
  },
  {
    name: 'fullhouse token',
    arguments: 'USER',
    about: 'prints a token of a user, for other tools',
    details:
      'The token is signed (or fetched) as the contract describes. Only the token goes to standard output.',
    settings: ['CONTRACT', 'JWT_SECRET', 'MEETINGS_SERVICE_URL'],
    example: 'TOKEN=$(npx fullhouse token alice)',
  },
  {
    name: 'fullhouse new',
    arguments: 'KIND NAME',
    about: 'writes a journey, experiment, fault …',
    details:
      'KIND is journey, experiment, load-test, fault, check, target or profile. The file works at once; then change it. An existing file is never overwritten.',
    example: 'npx fullhouse new journey chat',
  },
];

/** Commands about the contract of a service. */
export const contract = [
  {
    name: 'fullhouse contract from-openapi',
    arguments: 'FILE',
    about: 'writes a contract from an OpenAPI document',
    example: 'npx fullhouse contract from-openapi openapi.yaml --out contract.yaml',
  },
  {
    name: 'fullhouse contract record',
    arguments: 'ADDRESS [STEPS]',
    about: 'records two users in their browsers',
    example: 'npx fullhouse contract record http://localhost:8080/',
  },
  {
    name: 'fullhouse contract from-har',
    arguments: 'FILE FILE',
    about: 'writes or completes one from two recordings',
    example: 'npx fullhouse contract from-har anna.har ben.har --out contract.yaml',
  },
  {
    name: 'fullhouse contract check',
    arguments: '[FILE]',
    about: 'walks two users through a contract',
    example: 'npx fullhouse contract check contract.yaml',
  },
  {
    name: 'fullhouse contract schema',
    about: 'prints the JSON schema of contract files',
    example: 'npx fullhouse contract schema',
  },
];
