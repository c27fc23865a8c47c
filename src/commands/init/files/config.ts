import { isLoopback } from '../../../config/addresses.ts';

interface ConfigFile {
  /** The contract file, relative to the folder. */
  readonly contract: string;
  readonly testDir: string;
  /** The address of the service, if the configuration has it. */
  readonly url: string | undefined;
  /** An address in the contract. */
  readonly describedUrl: string | undefined;
  /** The name of the team's own configuration. */
  readonly own: string | undefined;
  /** Whether this configuration says where its tests are. */
  readonly namesTests: boolean;
}

/** The text of the configuration of Playwright. */
export function configText({ contract, testDir, url, describedUrl, own, namesTests }: ConfigFile): string {
  const settings = settingsOf(url, describedUrl);
  return [
    "import { defineFullhouse } from 'fullhouse';",
    ...(own === undefined ? [] : [`import own from './${importable(own)}';`]),
    '',
    'export default defineFullhouse({',
    `  contract: ${quoted(contract)},`,
    ...(testDir === 'tests'
      ? []
      : [
          '  // Its folders load, chaos, bench and conduct have the tests of the phases of a run.',
          `  testDir: ${quoted(testDir)},`,
        ]),
    ...(settings.length === 0 ? [] : ['  settings: {', ...settings, '  },']),
    ...(own === undefined
      ? []
      : [
          '  // Your projects run beside load, chaos, bench and conduct.',
          // Without it, the configuration would count as one that has no tests.
          `  playwright: ${namesTests ? 'own' : "{ testDir: '.', ...own }"},`,
        ]),
    '});',
    '',
  ].join('\n');
}

function settingsOf(url: string | undefined, describedUrl: string | undefined): string[] {
  const host = remoteHost(url ?? describedUrl);
  return [
    ...(url === undefined ? [] : [`    MEETINGS_SERVICE_URL: ${quoted(url)},`]),
    ...(host === undefined
      ? []
      : [
          '    // The hosts that may be loaded: a wrong address in the environment is refused.',
          `    ALLOW_REMOTE: ${quoted(host)},`,
        ]),
  ];
}

/** The host of an address on another machine. */
function remoteHost(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { hostname } = new URL(url);
  return isLoopback(hostname) ? undefined : hostname;
}

/** TypeScript resolves the name of the compiled file, also where Node's rules require an ending. */
function importable(name: string): string {
  return name.replace(/ts$/, 'js');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
