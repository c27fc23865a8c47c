// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import {
  compileExpression,
  compileTemplate,
  compileText,
  ExpressionError,
  type Place,
  variables,
} from '../../../src/meetings/expressions.ts';

const answer = {
  status: 200,
  headers: { 'retry-after': '5' },
  body: {
    data: { id: 'm-1', count: 3, rate: 2.5, none: null, list: [{ id: 1, up: true }, { id: 2 }] },
  },
  env: { HOST: 'here' },
};
const event = { payload: { element: 'hand', status: true }, args: ['first', { room: 7 }], user: 'ada' };

test.describe('compileExpression', () => {
  const cases: [written: string, place: Place, values: object, result: unknown][] = [
    ['body.data.id', 'answer', answer, 'm-1'],
    ['status in [200, 204]', 'answer', answer, true],
    ['status in [201, 204]', 'answer', answer, false],
    ['status < 300 && body.data.id == "m-1"', 'answer', answer, true],
    ['headers["retry-after"]', 'answer', answer, '5'],
    ['body.data.list[1].id', 'answer', answer, 2],
    ['body.data.list.map(one, one.id)', 'answer', answer, [1, 2]],
    ['body.data.list.filter(one, one.id == 2)', 'answer', answer, [{ id: 2 }]],
    ['size(body.data.list)', 'answer', answer, 2],
    ['body.data.rate > 2', 'answer', answer, true],
    ['body.data.none', 'answer', answer, null],
    ['has(body.data.x)', 'answer', answer, false],
    ['body.data.?x.orValue("usual")', 'answer', answer, 'usual'],
    ['body.data.count == 3 ? "three" : "other"', 'answer', answer, 'three'],
    ['env.HOST', 'answer', answer, 'here'],
    ['payload.element == "hand" && payload.status', 'event', event, true],
    ['args[1].room', 'event', event, 7],
    ['user', 'event', event, 'ada'],
    ['item.id', 'item', { ...answer, item: { id: 9 } }, 9],
    ['item', 'item', { item: 'ben' }, 'ben'],
    ['claims.sub', 'identity', { claims: { sub: 'ada' } }, 'ada'],
    // Numbers of both kinds: from JSON, and from the expression.
    ['number + 1', 'identity', { number: 3 }, 4],
    ['"u" + string(number)', 'identity', { number: 3 }, 'u3'],
    ['1000 - body.data.count', 'answer', answer, 997],
    ['body.data.count * 2', 'answer', answer, 6],
    ['body.data.count / 2', 'answer', answer, 1.5],
    ['body.data.count % 2', 'answer', answer, 1],
    ['2 + 3', 'answer', answer, 5],
  ];
  for (const [written, place, values, result] of cases)
    test(`evaluates \`${written}\` in ${place} to ${JSON.stringify(result)}`, () => {
      expect(compileExpression(written, place)({ ...values })).toEqual(result);
    });
});

test.describe('missing values', () => {
  const missing: [written: string, place: Place, values: object][] = [
    ['body.data.x', 'answer', answer],
    ['body.data.x.y.z', 'answer', answer],
    ['body.data.none.x', 'answer', answer],
    ['body.data.list[7].id', 'answer', answer],
    ['body.data.id.x', 'answer', answer],
    ['body.id', 'answer', { status: 502, body: undefined }],
    ['body.data.x == "a"', 'answer', answer],
    ['payload.user', 'event', { payload: undefined, args: [] }],
    ['payload.user', 'event', { payload: 'text', args: ['text'] }],
    ['body.data.list + 1', 'answer', answer],
    // Expressions cannot reach the properties of JavaScript itself.
    ['body.constructor', 'answer', answer],
    ['body.data.id.length', 'answer', answer],
    ['body.__proto__', 'answer', answer],
  ];
  for (const [written, place, values] of missing)
    test(`returns undefined for \`${written}\` of ${JSON.stringify(values)}`, () => {
      expect(compileExpression(written, place)({ ...values })).toBeUndefined();
    });
});

test.describe('variables of each place', () => {
  const all = new Set<string>(Object.values(variables).flat());
  for (const [place, known] of Object.entries(variables) as [Place, readonly string[]][])
    test(`knows only the variables of the place "${place}"`, () => {
      const [right, wrong] = [[...known], [...all].filter((name) => !known.includes(name))];
      expect(right.map((name) => compileExpression(name, place)({ [name]: 'x' }))).toEqual(
        right.map(() => 'x'),
      );
      const refused = wrong.filter((name) => {
        try {
          compileExpression(name, place);
          return false;
        } catch (error) {
          return error instanceof ExpressionError && error.message === `"${name}" is not known here`;
        }
      });
      expect(refused).toEqual(wrong);
      expect(wrong.length).toBeGreaterThan(0);
    });
});

test('passes all variables of its place to a function', () => {
  const read = compileExpression(({ body }) => (body as { n: number }).n + 1, 'answer');
  expect(read({ body: { n: 1 } })).toBe(2);
});

test.describe('compileTemplate', () => {
  const values = {
    user: 'ada',
    meeting: 'm-1',
    input: { title: 'Tea', capacity: 5, isOpen: false, list: [1] },
  };
  const make = (written: unknown) => compileTemplate(written, 'sent')(values);

  test('keeps the type of the value when a text is one expression', () => {
    expect(make('${input.capacity}')).toBe(5);
    expect(make('${input.isOpen}')).toBe(false);
    expect(make('${input.list}')).toEqual([1]);
    expect(make('${input}')).toBe(values.input);
  });

  test('fills the values into any other text', () => {
    expect(make('${input.capacity} people for ${input.title}')).toBe('5 people for Tea');
    expect(make(' ${input.capacity}')).toBe(' 5');
    expect(make('100 % $5 {x}')).toBe('100 % $5 {x}');
    expect(make('by ${input.nobody}')).toBe('by ');
  });

  test('omits keys and entries without a value from lists and objects', () => {
    const made = make({
      title: '${input.title}',
      host: '${input.host}',
      nested: { host: '${input.host}', user: '${user}' },
      list: ['${user}', '${input.host}', 7],
      none: null,
      count: 2,
    });
    expect(made).toEqual({ title: 'Tea', nested: { user: 'ada' }, list: ['ada', 7], none: null, count: 2 });
    expect(Object.keys(made as object)).not.toContain('host');
  });

  test('returns the same object for a constant, and calls functions in it', () => {
    const fixed = { json: { role: 'listener' } };
    expect(make(fixed)).toBe(fixed);
    expect(make({ at: ({ user }: Record<string, unknown>) => `${user}!` })).toEqual({ at: 'ada!' });
  });
});

test.describe('compileText', () => {
  test('encodes values but not the text around them', () => {
    const path = compileText('/rooms/${meeting}/of/${user}', 'sent', encodeURIComponent);
    expect(path({ meeting: 'a/b?c=ä', user: 'x y' })).toBe('/rooms/a%2Fb%3Fc%3D%C3%A4/of/x%20y');
  });

  test('turns numbers into text and a missing value into an empty text', () => {
    expect(compileText('${number}', 'identity')({ number: 7 })).toBe('7');
    expect(compileText('<${number}>', 'identity')({})).toBe('<>');
    expect(compileText('', 'sent')({})).toBe('');
  });
});

test.describe('texts that were meant to be expressions', () => {
  const cases: [written: unknown, message: string, hint: string][] = [
    [
      '/rooms/${meeting',
      '"/rooms/${meeting" has a ${ that is not closed',
      'write ${…}, without braces in it',
    ],
    [
      { room: { id: '${meeting' } },
      '"${meeting" has a ${ that is not closed',
      'write ${…}, without braces in it',
    ],
    ['${{"a": 1}}', '"${{"a": 1}}" has a ${ that is not closed', 'write ${…}, without braces in it'],
    ['Bearer $user', '"Bearer $user" sends "$user" unchanged', 'write ${user}'],
    [['$unique'], '"$unique" sends "$unique" unchanged', 'write ${unique}'],
  ];
  for (const [written, message, hint] of cases)
    test(`refuses ${JSON.stringify(written)}`, () => {
      let refused: unknown;
      try {
        compileTemplate(written, 'sent');
      } catch (error) {
        refused = error;
      }
      expect(refused).toBeInstanceOf(ExpressionError);
      expect(refused).toMatchObject({ message, hint });
    });

  test('keeps a $ before a word that is not a variable', () => {
    expect(compileTemplate({ price: '$price' }, 'sent')({})).toEqual({ price: '$price' });
  });
});

test.describe('hints for operator words', () => {
  const hintOf = (written: string) => {
    try {
      compileExpression(written, 'answer');
    } catch (error) {
      return (error as ExpressionError).hint;
    }
    return 'no mistake';
  };
  for (const written of ['status == 200 or body.ok', 'not body.ok', 'NOT (body.ok)', 'body.ok AND body.up'])
    test(`suggests operators for \`${written}\``, () => {
      expect(hintOf(written)).toBe('write && for and, || for or, ! for not');
    });

  for (const written of ['body.title == "you and me" body', 'body.or body', "'not' status", 'body.android x'])
    test(`suggests no operators for \`${written}\``, () => {
      expect(hintOf(written)).toBeUndefined();
    });
});
