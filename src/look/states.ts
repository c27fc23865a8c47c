/** Outlines of icons in a square of 16: each tone has a shape as well as a colour. */
export const shapes = {
  good: 'M3.5 8.5l3 3 6-7',
  bad: 'M4 4l8 8M12 4l-8 8',
  unsure: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.1',
  stopped: 'M4.5 4.5h7v7h-7z',
} as const;

export type Tone = keyof typeof shapes;

const words: Readonly<Record<Tone, readonly string[]>> = {
  good: ['good', 'passed', 'met', 'finished', 'holds', 'flat', 'returned'],
  bad: ['bad', 'failed', 'missed', 'lost', 'slower', 'fault', 'defect', 'poor', 'broken', 'breaks', 'grows'],
  unsure: [
    'unsure',
    'inconclusive',
    'needs improvement',
    'undecided',
    'load generator limited',
    'unsettled',
    'too short',
  ],
  stopped: ['stopped', 'interrupted', 'not applicable'],
};

const tones = new Map(
  (Object.keys(words) as Tone[]).flatMap((tone) => words[tone].map((word) => [word, tone])),
);

/** The tone of a verdict or a state; undefined for an open state: `waiting`, `running`. */
export function toneOf(word: string): Tone | undefined {
  return tones.get(word);
}
