import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../../network/page/page-fixture.ts';
import { idOf } from './listed.ts';
import { tenRuns } from './ten-runs.ts';

test('the page of all runs is accessible and whole at every width and in both colours', async ({ page }) => {
  test.slow();
  const url = await tenRuns();
  for (const [place, sign] of [
    ['', '.trend svg'],
    [`#compare=${idOf(2)},${idOf(9)}`, '.plot canvas'],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 844 });
        await page.goto('about:blank');
        await page.goto(`${url}${place}`);
        await expect(page.locator(sign).first()).toBeVisible();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      }
});
