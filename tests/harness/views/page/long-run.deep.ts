import { longRun } from './long-run.ts';
import { expect, inkOf, test } from './opened-page.ts';

test.setTimeout(90_000); // it prints how long it takes; a busy machine takes several times as long

test('the page of a 1-hour run with 100 operations stays below 5 MB and draws every chart', async ({
  open,
}) => {
  const began = performance.now();
  const data = longRun({ operations: 100, seconds: 3600 });
  const merged = performance.now();
  const { page, file, complaints } = await open(data);
  const opened = performance.now();
  const bytes = Buffer.byteLength(file);
  console.log(
    `merged in ${Math.round(merged - began)} ms, rendered and opened in ${Math.round(opened - merged)} ms, ` +
      `${(bytes / 1e6).toFixed(2)} MB`,
  );
  expect(bytes).toBeLessThan(5_000_000);
  await expect(page.getByRole('group', { name: 'Table of operations' }).getByRole('row')).toHaveCount(101);
  for (const pixels of await inkOf(page)) expect(pixels).toBeGreaterThan(500);
  // One of them is shown as quickly as all.
  await page.getByRole('button', { name: 'operation.number-42', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Show' }).first()).toHaveValue('operation.number-42');
  expect(complaints).toEqual([]);
});
