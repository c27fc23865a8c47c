/** States by their shape as well as by their colour, in a square of 16; the word stands beside them. */
export const shapes = {
  good: '<path d="M3.5 8.5l3 3 6-7"/>',
  bad: '<path d="M4 4l8 8M12 4l-8 8"/>',
  unsure: '<path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.1"/>',
  stopped: '<path d="M4.5 4.5h7v7h-7z"/>',
} as const;

export type Tone = keyof typeof shapes;
