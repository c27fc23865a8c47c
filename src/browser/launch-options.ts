import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';
import { z } from 'zod';
import { childEnvironment } from '../kernel/child-environment.ts';
import { UserError } from '../kernel/errors.ts';
import { alsoRemove } from '../kernel/owned-folder.ts';
import { childIds, commandLineOf } from '../kernel/process-family.ts';
import { trustedServiceKeys } from '../kernel/trust.ts';

/** What set-up found; `path` is null where no Chromium starts. */
const foundSchema = z.object({ path: z.string().nullable(), source: z.string().nullable() });

/** Nothing in the background that would share the measured path, and no UDP past a TCP link. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** The screen, the sound, the fonts, the settings and the proxy of the user's desktop. */
const DESKTOP = [
  'DISPLAY XAUTHORITY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS PULSE_SERVER',
  'XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_DIRS',
  'FONTCONFIG_FILE FONTCONFIG_PATH CHROMIUM_FLAGS',
  'http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY',
].flatMap((names) => names.split(' '));

/** A microphone that beeps, and no question whether the page may use it. */
const FAKE_MEDIA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export interface BrowserSurroundings {
  /** The folder of the checkout, in which set-up left what it found. */
  readonly root?: string;
  /** As in CHROMIUM_PATH: it goes before what set-up found. */
  readonly chromiumPath?: string | undefined;
  readonly isRoot?: boolean;
  /** Where a browser keeps downloads, traces and videos; without it, where they outlive a process that is killed. */
  readonly artifactsFolder?: string | undefined;
  /** Public keys that are trusted whatever signed them; those of the service by default. */
  readonly serviceKeys?: readonly string[];
}

/**
 * How every browser of the harness is started. A Chromium of the system is used where set-up found no browser of
 * Playwright's own; elsewhere Playwright keeps its own.
 */
export function launchOptions(surroundings: BrowserSurroundings = {}): LaunchOptions {
  const {
    artifactsFolder,
    isRoot = process.getuid?.() === 0,
    serviceKeys = trustedServiceKeys(),
  } = surroundings;
  const executablePath = systemChromium(surroundings);
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    ...(artifactsFolder === undefined ? {} : { artifactsDir: artifactsFolder }),
    env: browserEnvironment(),
    // Chromium refuses to put root into its sandbox.
    args: [...(isRoot ? ['--no-sandbox'] : []), ...trust(serviceKeys), ...QUIET, ...FAKE_MEDIA],
  };
}

function browserEnvironment(): Record<string, string> {
  const given = Object.entries(childEnvironment(DESKTOP));
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function trust(keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`--ignore-certificate-errors-spki-list=${keys.join(',')}`];
}

/** Why no browser can be started here; undefined where one can. */
export function whyNoBrowser(surroundings: BrowserSurroundings = {}): string | undefined {
  const path = missingChromium(surroundings);
  return (
    path && `No Chromium was found here (looked for ${path}). Run \`npm run setup\`, or set CHROMIUM_PATH.`
  );
}

/** The path at which Chromium was expected, if it is not there. */
export function missingChromium(surroundings: BrowserSurroundings): string | undefined {
  const path = systemChromium(surroundings) ?? chromium.executablePath();
  // Set-up may have found only Playwright's headless shell, which `executablePath()` does not name.
  return existsSync(path) || found(surroundings)?.source === 'playwright' ? undefined : path;
}

/**
 * Notes the profiles of the browsers that this process has started in the private folder of the run. Playwright removes
 * them when a browser ends, but not when this process is killed; then they go with the private folder. Where the system
 * does not show command lines (only Linux does), nothing is noted.
 */
export async function noteProfiles(privateFolder: string): Promise<void> {
  const lines = childIds(process.pid).flatMap(commandLineOf);
  const profiles = lines.flatMap((part) => (part.startsWith(PROFILE) ? [part.slice(PROFILE.length)] : []));
  await Promise.all(profiles.map((path) => alsoRemove(path, privateFolder)));
}

const PROFILE = '--user-data-dir=';

function systemChromium({ chromiumPath, root }: BrowserSurroundings): string | undefined {
  if (chromiumPath !== undefined && chromiumPath !== '') return chromiumPath;
  const known = found({ root });
  return known?.source === 'playwright' ? undefined : (known?.path ?? undefined);
}

function found({ root = process.cwd() }: Pick<BrowserSurroundings, 'root'>) {
  const file = join(root, '.fullhouse', 'chromium.json');
  if (!existsSync(file)) return undefined;
  try {
    return foundSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UserError(`${file} cannot be read. Remove it and run \`npm run setup\`.`, { cause });
  }
}
