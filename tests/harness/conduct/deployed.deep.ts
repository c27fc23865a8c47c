import { questions } from '../../../src/conduct/questions/index.ts';
import { expect, test } from './asked.ts';
import { deployedFindings } from './deployed-findings.ts';
import { foundBy } from './found.ts';

test('conduct finds exactly the known defects of a service in the deployed style', async ({ askOf }) => {
  const answers = await askOf(questions, { SERVICE_STYLE: 'deployed' });
  expect(foundBy(answers)).toEqual({
    ...deployedFindings,
    'idle-connections': ['idle-connections-close-early'],
  });
  const [tokens] = answers.filter(({ id }) => id === 'http-tokens');
  const forged = tokens!.findings.find(({ name }) => name === 'http-accepts-forged-token');
  expect(forged!.samples[0]!.answer).toContain('the service takes the caller for "default-user"');
  const [idle] = answers.filter(({ id }) => id === 'idle-connections');
  expect(idle!.findings[0]!.message).toBe('The service closes idle connections after 5 s.');
});
