type Env = Record<string, string | undefined>;
type Found = { source: 'CHROMIUM_PATH' | 'playwright' | 'system'; path: string; version?: string };
type Playwright = { packageFolder: string; browsers: { name: string; revision: string }[] };
type Surroundings = { platform: string; env: Env; home: string; playwright?: Playwright | undefined };

export function findChromium(given: Surroundings & { exists: (path: string) => boolean }): Found | undefined;
export function browsersFolder(given: Surroundings & { playwright: Playwright }): string;
