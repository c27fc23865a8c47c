import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';
import { z } from 'zod';
import { childEnvironment } from '../kernel/child-environment.ts';
import { UserError } from '../kernel/errors.ts';
import { alsoRemove } from '../kernel/owned-folder.ts';
import { childIds, commandLineOf } from '../kernel/process-family.ts';
import { trustedServiceKeys } from '../kernel/trust.ts';
import { systemChromium } from './installed-chromium.ts';

/** The result of setup; `path` is null if no Chromium starts. */
const foundSchema = z.object({ path: z.string().nullable(), source: z.string().nullable() });

/** Disables background traffic, which would share the measured path, and UDP, which would bypass a TCP link. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** Environment variables of the user's desktop: screen, sound, fonts, settings and proxy. */
const DESKTOP = [
  'DISPLAY XAUTHORITY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS PULSE_SERVER',
  'XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_DIRS',
  'FONTCONFIG_FILE FONTCONFIG_PATH CHROMIUM_FLAGS',
  'http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY',
].flatMap((names) => names.split(' '));

/** A fake microphone that beeps, without a permission prompt. */
const FAKE_MEDIA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

export interface BrowserSurroundings {
  /** The folder of the project, which may contain the result of setup. */
  readonly root?: string;
  /** The value of CHROMIUM_PATH, which overrides the result of setup. */
  readonly chromiumPath?: string | undefined;
  /** Finds the Chromium of the system where setup did not run. */
  readonly installed?: () => string | undefined;
  readonly isRoot?: boolean;
  /** The folder for downloads, traces and videos. Without it, they outlive a killed process. */
  readonly artifactsFolder?: string | undefined;
  /** Public keys that Chromium trusts regardless of their issuer; by default, the keys of the service. */
  readonly serviceKeys?: readonly string[];
}

/**
 * The launch options of every browser of the harness. They use the Chromium of the system if there is no browser of
 * Playwright's own.
 */
export function launchOptions(surroundings: BrowserSurroundings = {}): LaunchOptions {
  const {
    artifactsFolder,
    isRoot = process.getuid?.() === 0,
    serviceKeys = trustedServiceKeys(),
  } = surroundings;
  const executablePath = chosenChromium(surroundings);
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    ...(artifactsFolder === undefined ? {} : { artifactsDir: artifactsFolder }),
    env: browserEnvironment(),
    // After a signal, the participants leave first. The browser of a killed process ends with its pipe.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Chromium's sandbox refuses root.
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

/** Why no browser can be started here; undefined if one can. */
export function whyNoBrowser(surroundings: BrowserSurroundings = {}): string | undefined {
  const path = missingChromium(surroundings);
  return (
    path &&
    `No Chromium was found here (looked for ${path}). Run \`npx playwright install chromium\`, or set CHROMIUM_PATH.`
  );
}

/** The expected path of Chromium if it does not exist. */
export function missingChromium(surroundings: BrowserSurroundings): string | undefined {
  const path = chosenChromium(surroundings) ?? chromium.executablePath();
  // Setup may have found only Playwright's headless shell, which `executablePath()` does not name.
  return existsSync(path) || found(surroundings)?.source === 'playwright' ? undefined : path;
}

/**
 * Registers the profiles of this process's browsers for removal with the private folder of the run. Playwright removes
 * them when a browser ends, but not when this process is killed. Only Linux shows command lines: on other systems,
 * nothing is registered.
 */
export async function noteProfiles(privateFolder: string): Promise<void> {
  const lines = childIds(process.pid).flatMap(commandLineOf);
  const profiles = lines.flatMap((part) => (part.startsWith(PROFILE) ? [part.slice(PROFILE.length)] : []));
  await Promise.all(profiles.map((path) => alsoRemove(path, privateFolder)));
}

const PROFILE = '--user-data-dir=';

function chosenChromium({
  chromiumPath,
  root,
  installed = systemChromium,
}: BrowserSurroundings): string | undefined {
  if (chromiumPath !== undefined && chromiumPath !== '') return chromiumPath;
  const known = found({ root });
  if (known === undefined) return installed();
  return known.source === 'playwright' ? undefined : (known.path ?? undefined);
}

function found({ root = process.cwd() }: Pick<BrowserSurroundings, 'root'>) {
  const file = join(root, '.fullhouse', 'chromium.json');
  if (!existsSync(file)) return undefined;
  try {
    return foundSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UserError(`${file} cannot be read. Remove it, or set CHROMIUM_PATH.`, { cause });
  }
}
