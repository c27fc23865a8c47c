import { expect, test } from './room-fixture.ts';

test('two users send each other chat messages', async ({ newUser, visit, consoleErrors }) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const [atAda, atBen] = [await visit(ada, meetingId), await visit(ben, meetingId)];

  await atAda.message.fill('<i>Hello</i>');
  await atAda.message.press('Enter');
  await expect(atAda.chat).toHaveText('You: <i>Hello</i>');
  await expect(atBen.chat).toHaveText(`${ada.id}: <i>Hello</i>`);
  await expect(atAda.message).toHaveValue('');

  await atBen.message.fill('  Hello Ada ');
  await atBen.button('Send').click();
  await expect(atAda.chat.locator('p')).toHaveText(['You: <i>Hello</i>', `${ben.id}: Hello Ada`]);
  await atBen.button('Send').click();
  await expect(atAda.news).not.toContainText('Hello');
  await expect(atBen.chat.locator('p')).toHaveCount(2);
  expect(consoleErrors).toEqual([]);
});

test('a rejected chat message stays in its field, and the page shows the reason', async ({
  newUser,
  visit,
}) => {
  const ada = newUser();
  const room = await visit(ada, await ada.open());
  await room.page.evaluate(`
    const field = document.querySelector('#message');
    field.removeAttribute('maxlength');
    field.value = 'x'.repeat(2001);
  `);
  await room.button('Send').click();
  await expect(room.alert).toHaveText('The service does not accept this.');
  await expect(room.message).toHaveValue(/^x{2001}$/);
  await expect(room.chat.locator('p')).toHaveCount(0);
});

test('the page shows a chat message that arrives twice only once', async ({
  launch,
  databaseUrl,
  newUser,
  visit,
}) => {
  const service = launch({
    SERVICE_DEFECTS: 'event-twice=1',
    SERVICE_OWNER: 'tests of the room',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
  });
  const ada = newUser(await service.ready);
  const room = await visit(ada, await ada.open());
  for (const text of ['Hello', 'Hello']) {
    await room.message.fill(text);
    await room.button('Send').click();
    await expect(room.message).toHaveValue('');
  }
  await expect(room.chat.locator('p')).toHaveCount(2);
});
