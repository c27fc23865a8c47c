import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { launchOptions } from '../browser/launch-options.ts';
import { Ledger } from '../checks/ledger.ts';
import { loadSettings } from '../config/environment.ts';
import { systemClock as clock } from '../kernel/clock.ts';
import { armWebRtc, loseWebRtcPackets } from '../network/page/webrtc-loss.ts';
import type { RecordedPage } from '../participants/recorded-page.ts';
import { openAccess } from '../run/access.ts';
import { ReferenceService } from '../run/reference-service.ts';
import { Timings } from '../timings/timings.ts';
import { Cohort } from './cohort.ts';

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const SECRET = 'change-me';
const SIZE = { width: 1080, height: 640 };
const LOSS_PERCENT = 40;
const WITHIN_MS = 20_000;

/** `npm run screenshots:room`: takes screenshots of the real meeting room, with and without network problems. */
const service = await ReferenceService.start('screenshots', { JWT_SECRET: SECRET });
const access = await openAccess({ ...loadSettings(), JWT_SECRET: SECRET, MEETINGS_SERVICE_URL: service.url });
const browser = await chromium.launch(launchOptions());
const ledger = new Ledger(() => clock.now());
const cohort = new Cohort({
  serviceUrl: service.url,
  socketUrl: service.url,
  access,
  prefix: 'demo',
  ledger,
  timings: new Timings(clock.now()),
  clock,
  timeoutMs: WITHIN_MS,
  offers: {},
});
try {
  await mkdir(images, { recursive: true });
  const meetingId = await cohort.meeting(20, 'Weekly planning');
  const others = await cohort.arrive(meetingId, 4);
  const pages = await cohort.openInPages(meetingId, ['ada', 'ben'], browser);
  const ada = pages[0]!;
  await ada.page.setViewportSize(SIZE);
  for (const { page } of pages) await armWebRtc(page);
  for (const participant of pages) await participant.arrive();
  await others[1]!.raiseHand();
  await ada.page.getByText('Measured on the sound').waitFor({ timeout: WITHIN_MS });
  await ada.page.locator('[data-quality="excellent"]').waitFor({ timeout: WITHIN_MS });
  await take(ada, 'room-calm.png');

  await loseWebRtcPackets(ada.page, { percent: LOSS_PERCENT });
  await ada.page.getByRole('status', { name: 'Audio only' }).waitFor({ timeout: WITHIN_MS });
  // The first reports also cover the time before the loss.
  await ada.page.getByText(/^(2[5-9]|3\d|4\d)\.\d%$/).waitFor({ timeout: WITHIN_MS });
  await take(ada, 'room-trouble.png');
} finally {
  await cohort.close();
  await browser.close();
  await service.stop();
}

async function take({ page }: RecordedPage, name: string): Promise<void> {
  const path = join(images, name);
  await page.screenshot({ path, animations: 'disabled' });
  console.log(relative(process.cwd(), path));
}
