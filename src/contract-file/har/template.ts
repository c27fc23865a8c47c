// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { knownField } from '../body.ts';
import { isObject, shapeOf } from '../shape.ts';
import { isOnly, isSecretName, mentions } from '../words.ts';
import { isId } from './mentions.ts';
import type { People, Person } from './people.ts';

export interface Sample {
  readonly person: Person;
  readonly value: unknown;
}

export interface Written {
  readonly template: unknown;
  /** Fields that differed each time, where the contract has only one of the recorded values. */
  readonly guesses: readonly string[];
}

/** Makes a template of the sent values: values that differ from user to user become variables. */
export function templateOf(operation: string, samples: readonly Sample[], people: People): Written {
  const guesses: string[] = [];
  const template = new TemplateWriter(operation, people, guesses).write(samples, '');
  return { template, guesses };
}

class TemplateWriter {
  readonly #operation: string;
  readonly #people: People;
  readonly #guesses: string[];

  constructor(operation: string, people: People, guesses: string[]) {
    this.#operation = operation;
    this.#people = people;
    this.#guesses = guesses;
  }

  write(samples: readonly Sample[], name: string): unknown {
    const [first] = samples;
    if (!first) return undefined;
    if (isObject(first.value)) return this.#object(samples);
    if (Array.isArray(first.value))
      return first.value.map((value: unknown) => this.write([{ person: first.person, value }], name));
    return this.#leaf(samples, name);
  }

  #object(samples: readonly Sample[]): Record<string, unknown> {
    const objects = samples.filter(({ value }) => isObject(value)) as {
      person: Person;
      value: Readonly<Record<string, unknown>>;
    }[];
    const names = [...new Set(objects.flatMap(({ value }) => Object.keys(value)))];
    return Object.fromEntries(
      names.map((name) => {
        const present = objects
          .filter(({ value }) => name in value)
          .map(({ person, value }) => ({ person, value: value[name] }));
        return [name, this.write(present, name)];
      }),
    );
  }

  #leaf(samples: readonly Sample[], name: string): unknown {
    const values = samples.map(({ value }) => value);
    const [first] = values;
    const shape = shapeOf(values);
    const isSame = new Set(values).size === 1;
    if (
      samples.every(
        ({ value, person }) => person.id !== undefined && isId({ name, value: String(value) }, person.id),
      )
    )
      return '${user}';
    const { meetingId } = this.#people;
    if (meetingId !== undefined && values.every((value) => String(value) === meetingId)) return '${meeting}';
    if (typeof first === 'string' && isSecretName(name)) return secretName(name);
    const isNumberFlag = this.#operation.startsWith('hand.') && (first === 0 || first === 1);
    const isHandFlag = typeof first === 'boolean' || isNumberFlag;
    const known = shape.kind === 'leaf' && !isHandFlag ? knownField(this.#operation, name, shape) : undefined;
    // An id that is not the own one belongs to another user or to another meeting.
    if (known !== undefined && known !== '${user}' && known !== '${meeting}') return known;
    if (isOnly(name, 'display', 'person') && mentions(name, 'display')) return '${user}';
    if (typeof first !== 'string') {
      if (!isSame) this.#guesses.push(name);
      return first;
    }
    const replaced = this.#within(samples, first);
    if (replaced !== undefined) return replaced;
    if (!isSame || isRandom(first) || mentions(name, 'text')) return '${unique}';
    return first;
  }

  /** Replaces the ids within a text, such as `room:<id>`. */
  #within(samples: readonly Sample[], first: string): string | undefined {
    const written = samples.map(({ value, person }) => {
      let text = String(value);
      for (const [id, variable] of [
        [this.#people.meetingId, '${meeting}'],
        [person.id, '${user}'],
      ] as const)
        if (id !== undefined && id.length >= 6) text = text.replaceAll(id, variable);
      return text;
    });
    return written[0] !== first && new Set(written).size === 1 ? written[0] : undefined;
  }
}

/** The variable from which the contract gets a secret. */
export function secretName(name: string): string {
  const isPassword = /pass|pwd/i.test(name);
  return `\${env.${isPassword ? 'LOAD_PASSWORD' : `LOAD_${name.replace(/\W+/g, '_').toUpperCase()}`}}`;
}

/** Whether a text was generated and not typed: a UUID, a long number, a mix of letters and digits. */
export function isRandom(text: string): boolean {
  return (
    /^[\da-f]{8}-[\da-f]{4}-/i.test(text) ||
    /^[\da-f]{16,}$/i.test(text) ||
    /^\d{10,}$/.test(text) ||
    /^(?=.*\d)(?=.*[a-z])[\w-]{20,}$/i.test(text)
  );
}
