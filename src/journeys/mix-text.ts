import { nearestWord, UserError } from '../kernel/errors.ts';

export const ATTEND_MEETING = 'attend-meeting';

/** A journey by its name or its file, with its weight in the crowd. */
export interface WeightedName {
  readonly name: string;
  readonly weight: number;
}

const USE = `Use ${ATTEND_MEETING}, or the path of a TypeScript file with a journey.`;

function hint(name: string): string {
  return nearestWord(name, [ATTEND_MEETING]) === undefined ? '' : `Did you mean "${ATTEND_MEETING}"? `;
}

/**
 * Reads `attend-meeting`, `./chat.ts` or a mix by weight: `attend-meeting:3,./chat.ts:1`. A weight that is left out is 1.
 * @throws {UserError} with a line for each mistake
 */
export function parseMix(text: string): WeightedName[] {
  const mix = text.split(',').map((part) => {
    const { name = '', weight = '1' } =
      /^(?<name>.*?)(?::(?<weight>[^:/\\]+))?$/.exec(part.trim())?.groups ?? {};
    return { name, weight: Number(weight), part: part.trim() };
  });
  const mistakes = mix.flatMap(({ name, weight, part }, index) => [
    ...(name === ATTEND_MEETING || /\.[cm]?[jt]s$/.test(name)
      ? []
      : [`"${name}" is not known. ${hint(name)}${USE}`]),
    ...(weight > 0 && Number.isFinite(weight)
      ? []
      : [`the weight in "${part}" is not allowed. Use a number above 0, such as "${name}:3".`]),
    ...(mix.findIndex((other) => other.name === name) < index
      ? [`"${name}" is in the mix twice. Name each journey once.`]
      : []),
  ]);
  if (mistakes.length > 0) throw new UserError(mistakes.map((one) => `JOURNEY: ${one}`).join('\n'));
  return mix.map(({ name, weight }) => ({ name, weight }));
}
