import { wrapped } from '../../kernel/wrapped.ts';
import type { Answers } from './answers.ts';
import type { Planned } from './make-plan.ts';

interface Step {
  readonly command: string;
  readonly about: string;
}

/** The next three commands, in 80 columns. */
export function nextSteps(answers: Answers, planned: Planned): string {
  const { contract, isSetUp } = planned;
  const file = contract.path.replace(/^\.\//, '');
  const check: Step =
    isSetUp || answers.service.kind === 'reference'
      ? { command: 'npx fullhouse doctor', about: 'checks this machine and the service' }
      : { command: `npx fullhouse contract check ${file}`, about: 'compares it with the service' };
  const run: Step = { command: 'npx playwright test --project=load', about: 'the first load run' };
  const report: Step = { command: 'npx fullhouse report', about: 'opens its report' };
  const steps = [check, run, report];
  const width = Math.max(...steps.map(({ command }) => command.length));
  return [
    ...(isSetUp ? [] : before(answers, planned)).map((line) => wrapped(line, '', '')),
    'Next:',
    ...steps.map(({ command, about }) => `  ${command.padEnd(width)}  ${about}`),
    'npx fullhouse --help lists all commands.',
  ].join('\n');
}

/** What a person has to do first. */
function before({ service }: Answers, { contract }: Planned): string[] {
  const { todos, variables, path } = contract;
  const isReference = service.kind === 'reference';
  const which = todos === 1 ? 'the TODO' : `the ${todos} TODOs`;
  return [
    ...(todos > 0 ? [`First, answer ${which} in ${path.replace(/^\.\//, '')}.`] : []),
    ...(!isReference && variables.length > 0
      ? [`Copy .env.example to .env, and fill in ${variables.join(', ')}.`]
      : []),
  ];
}
