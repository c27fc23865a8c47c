import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { questions } from '../../../src/conduct/questions/index.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { run } from './run.ts';

const folderOf = (output: string) => runFolder(/reports\/runs\/(\S+)\/conduct\.md/.exec(output)![1]!);

test('a conduct run passes a healthy service and writes its reports', async () => {
  const { code, output } = await run({}, ['--project=conduct']);
  expect(output).toContain(`Conduct: ${questions.length} passed\n`);
  expect(code, output).toBe(0);
  const folder = folderOf(output);
  expect(readdirSync(join(folder, 'conduct')).sort()).toEqual(questions.map(({ id }) => `${id}.json`).sort());
  for (const name of ['conduct.md', 'index.html']) expect(existsSync(join(folder, name))).toBe(true);
  expect(output).toContain('Saved to history: conduct');
});

test('a conduct run fails on defects with request and answer, but not on findings worth knowing', async () => {
  const settings = { SERVICE_DEFECTS: 'room-for-strangers,idle-closed=2000,empty-payload-crash' };
  const { code, output } = await run(settings, ['--project=conduct']);
  expect(code, output).toBe(1);
  expect(output).toContain(`Conduct: ${questions.length - 2} passed, 2 failed\n`);
  expect(output).toContain(
    '❌ room-opens-for-strangers: A user who is not in the meeting can enter its room.',
  );
  expect(output).toContain('❌ empty-payload-crashes-the-service: ');
  expect(output).toContain(
    'worth knowing: idle-connections-close-early: The service closes idle connections after 2 s.',
  );
  expect(output).toMatch(
    /emit meeting:join \{"meetingId":"[^"]+"\} \(the user is not in the meeting\)\s+→ meeting:joined/,
  );
});
