import { type Axis, levelText } from '../../capacity/axis.ts';
import type { CapacityAnswer, Level } from '../../capacity/evidence.ts';
import { wrapped } from '../../kernel/wrapped.ts';

const TITLE = 'Capacity  ';

/** A level that was judged, in lines of at most 80 columns: `Capacity  320 users hold: 98.7% within …`. */
export function levelLine(axis: Axis, { level, verdict, message }: Level): string {
  return line(`${levelText(axis, level)} ${VERBS[verdict](level === 1)}: ${message}`);
}

/** The answer of a search. */
export function answerLine({ sentence }: CapacityAnswer): string {
  return line(sentence);
}

/** Why a search ends before its answer. */
export function endLine({ message }: Error): string {
  return line(`the search ends: ${message.split('\n', 1)[0]}`);
}

/** The first sentence of it, which says what is wrong; the others say what to do. */
export function shortReason({ message }: Error): string {
  return message.split(/\.? *\n|\. /, 1)[0]!.replace(/\.$/, '');
}

const VERBS: Readonly<Record<Level['verdict'], (isOne: boolean) => string>> = {
  holds: (isOne) => (isOne ? 'holds' : 'hold'),
  breaks: (isOne) => `${isOne ? 'does' : 'do'} not hold`,
  undecided: (isOne) => `${isOne ? 'is' : 'are'} undecided`,
  generator: () => 'cannot be judged',
};

function line(text: string): string {
  return wrapped(text, TITLE, ' '.repeat(TITLE.length));
}
