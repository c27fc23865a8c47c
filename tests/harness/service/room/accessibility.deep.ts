import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { VIEWPORT } from '../../../../src/browser/crowd-browser.ts';
import { expect, test } from './room-fixture.ts';

/** The window size of browser participants, which is that of a small phone. */
const PHONE = VIEWPORT;

/** The violations that axe finds, in short. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const setLetters = (page: Page, size: string) =>
  page.evaluate(`document.documentElement.style.fontSize = '${size}'`);

/** How much of the content the control bar covers when the page is scrolled to its end, in pixels. */
async function covered(page: Page): Promise<number> {
  const [end, bar] = await page.evaluate<[number, number]>(`(() => {
    scrollTo(0, document.documentElement.scrollHeight);
    const bottoms = [...document.querySelectorAll('#room .card, #room .person, #room .message, #room .banner')]
      .map((element) => element.getBoundingClientRect().bottom);
    return [Math.max(...bottoms), document.querySelector('.controls').getBoundingClientRect().top];
  })()`);
  return Math.max(0, end - bar);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the room page passes the accessibility checks in ${colorScheme} colors on a phone`, async ({
    newUser,
    openPage,
  }) => {
    const [ada, ben] = [newUser(), newUser()];
    const meetingId = await ada.open({ title: `The ${'very '.repeat(12)}long title of a meeting` });
    const room = await openPage({ viewport: PHONE, colorScheme, reducedMotion: 'reduce' });
    const check = async (where: string) => {
      expect(await faults(room.page), where).toEqual([]);
      expect(await overflow(room.page), where).toBe(0);
      await setLetters(room.page, '200%');
      expect(await overflow(room.page), `${where}, in letters twice as large`).toBe(0);
      await setLetters(room.page, '');
    };

    await room.page.goto(`${ada.url}/?meeting=${meetingId}`);
    await room.page.getByText('Start a meeting of your own').click();
    await check('the entrance');
    await room.joinButton.click();
    await check('the entrance, with a complaint');

    await room.goto(ada, meetingId);
    await check('signed in');
    await room.join();
    await ben.post(`/${meetingId}/join`);
    await ben.post(`/${meetingId}/hand/raise`);
    await expect(room.news).toContainText('raised a hand');
    await room.message.fill('Hello '.repeat(20));
    await room.message.press('Enter');
    await expect(room.chat).toContainText('Hello');
    await check('the room');

    await room.page.context().setOffline(true);
    await expect(room.connection).toHaveText('Offline');
    await check('in trouble');
  });
}

test('the accessibility check finds a button without a label and a page that is too wide', async ({
  newUser,
  openPage,
}) => {
  const room = await openPage({ viewport: PHONE });
  await room.page.goto(newUser().url);
  await room.page.evaluate(`
    document.querySelector('#join-button').textContent = '';
    document.querySelector('#join').append(Object.assign(document.createElement('div'), { className: 'unseen' }));
    document.querySelector('#join').style.width = '500px';
  `);
  expect(await faults(room.page)).toContain('button-name: #join-button');
  expect(await overflow(room.page)).toBeGreaterThan(0);
});

for (const [size, viewport, text] of [
  ['on a small phone', PHONE, 'normal'],
  ['with large letters', PHONE, 'large'],
  ['on a wide screen', { width: 1280, height: 480 }, 'normal'],
] as const) {
  test(`the control bar of the room covers no content ${size}`, async ({ newUser, openPage }) => {
    const ada = newUser();
    const meetingId = await ada.open();
    const room = await openPage({ viewport });
    await room.goto(ada, meetingId);
    await room.join();
    for (let people = 0; people < 5; people++) await newUser().post(`/${meetingId}/join`);
    await expect(room.participants.getByRole('listitem')).toHaveCount(6);
    await expect(room.button('Mute')).toBeEnabled();
    if (text === 'large') await setLetters(room.page, '130%');
    expect(await covered(room.page)).toBe(0);
    await expect(room.page.getByText('News', { exact: true })).toBeInViewport();
    await expect(room.button('Leave')).toBeInViewport({ ratio: 1 });
    await room.page.evaluate('scrollTo(0, 0)');
    await expect(room.button('Leave')).toBeInViewport({ ratio: 1 });
    expect(await overflow(room.page)).toBe(0);
    // A fixed bar would cover content.
    await room.page.evaluate(
      "document.querySelector('.controls').style = 'position: fixed; inset: auto 0 0'",
    );
    expect(await covered(room.page)).toBeGreaterThan(0);
  });
}

test('the room page works with the keyboard alone, and keeps the focus', async ({ newUser, openPage }) => {
  const ada = newUser();
  const room = await openPage();
  await room.goto(ada, await ada.open({ title: 'By hand' }));
  await room.page.getByLabel('Meeting').press('Enter');
  await expect(room.page.getByRole('heading', { name: 'By hand' })).toBeFocused();
  for (const control of [room.chat, room.message, room.button('Send'), room.button('Raise hand')]) {
    await room.page.keyboard.press('Tab');
    await expect(control).toBeFocused();
  }
  await room.page.keyboard.press('Enter');
  await expect(room.button('Lower hand')).toBeFocused();
  await room.button('Leave').press('Enter');
  await expect(room.page.getByRole('heading', { name: 'Meeting room' })).toBeFocused();
});
