// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { byJourneyOrder } from '../../timings/catalogue.ts';
import { bodyOf } from '../body.ts';
import type { Place, Segment } from '../classify.ts';
import { addTodo, type Draft, type DraftOperation, FORM_BODY } from '../draft.ts';
import { readsOf, wantedOf } from '../reads.ts';
import { leavesOf, type Shape } from '../shape.ts';
import { mentions } from '../words.ts';
import type { DescribedCall } from './endpoints.ts';

export interface Placed extends Place {
  readonly call: DescribedCall;
}

/** Purposes that are not operations of a journey. */
const AROUND: ReadonlySet<string> = new Set(['health.get', 'login', 'participants']);

/** Returns the calls that became operations. */
export function addOperations(placed: readonly Placed[], draft: Draft): Set<DescribedCall> {
  const used = new Set<DescribedCall>();
  const purposes = [...new Set(placed.flatMap(({ purpose }) => purpose ?? []))].sort(byJourneyOrder);
  for (const name of purposes.filter((one) => !AROUND.has(one))) {
    const found = bestOf(name, placed)!;
    draft.operations[name] = operationOf(name, found, draft);
    used.add(found.call);
  }
  const people = placed.find(
    ({ purpose, call }) => purpose === 'participants' && readsOf('participants', call.answer, 'body').roster,
  );
  if (people && draft.operations['meeting.get'] && !draft.operations['meeting.get'].roster) {
    draft.todos = draft.todos.filter(({ path }) => path.at(-1) !== 'meeting.get');
    draft.operations['meeting.get'] = operationOf('participants', people, draft);
    used.add(people.call);
  }
  return used;
}

/** The call with the shortest path: `/rooms/{id}/join` wins over `/rooms/{id}/invites/join`. */
function bestOf(name: string, placed: readonly Placed[]): Placed | undefined {
  return placed
    .filter(({ purpose }) => purpose === name)
    .sort(
      (one, other) =>
        preference(one) - preference(other) || one.call.segments.length - other.call.segments.length,
    )[0];
}

function preference({ call }: Placed): number {
  const words = call.segments.filter((one) => typeof one === 'string');
  return words.some((word) => /^(join|leave|enter|me)$/.test(word)) ? 0 : 1;
}

function operationOf(name: string, { call, collection }: Placed, draft: Draft): DraftOperation {
  const path = ['operations', name === 'participants' ? 'meeting.get' : name];
  const note = (key: string, text: string) => addTodo(draft, path, key, text);
  const body = bodyOf(name, call.request);
  const reads = readsOf(name, call.answer, 'body');
  const operation: DraftOperation = { [call.method]: pathOf(call.segments.slice(collection), path, draft) };
  addParameters(call, name, operation, draft);
  if (body) operation.json = body.json;
  else if (call.method === 'post' && call.isForm) note('json', FORM_BODY);
  if (body && body.guesses.length > 0)
    note(
      'json',
      `the service requires ${body.guesses.join(', ')}, and the document has no example. Write a value that it accepts.`,
    );
  Object.assign(operation, reads);
  for (const key of wantedOf(name))
    if (!(key in reads) && MUST_READ[key]) note(key, MUST_READ[key].replace('%', whatIsSeen(call.answer)));
  return operation;
}

const MUST_READ: Readonly<Record<string, string>> = {
  meeting: 'write the place of the meeting id in the answer, such as body.data.id. %',
  meetings: 'write the place of the list in the answer, such as `{ list: body.data, id: item.id }`. %',
};

function whatIsSeen(answer: Shape | undefined): string {
  if (!answer) return 'The document does not describe the answer.';
  const names = leavesOf(answer)
    .slice(0, 6)
    .map(({ path }) => path.join('.'));
  return names.length === 0 ? 'The document describes no fields.' : `Described: ${names.join(', ')}.`;
}

function addParameters(call: DescribedCall, name: string, operation: DraftOperation, draft: Draft): void {
  const path = ['operations', name];
  for (const parameter of call.parameters) {
    const known = name === 'meeting.list' ? listParameter(parameter.name) : undefined;
    if (!parameter.isRequired && known === undefined) continue;
    if (parameter.in === 'header') {
      addTodo(draft, path, 'header', `the call needs the header "${parameter.name}".`);
      continue;
    }
    const [value] = parameter.shape?.kind === 'leaf' ? parameter.shape.values : [];
    operation.query = { ...operation.query, [parameter.name]: known ?? String(value ?? 'TODO') };
    if (known === undefined && value === undefined)
      addTodo(draft, path, 'query', `the call needs "${parameter.name}" in its query.`);
  }
}

/** The value that the harness has for a parameter of a list, if any. */
function listParameter(name: string): string | undefined {
  if (/^(limit|size|per_?page|page_?size|count)$/i.test(name)) return '${input.limit}';
  return /^(host|owner|creator)(_?id)?$/i.test(name) ? '${input.host}' : undefined;
}

function pathOf(rest: readonly Segment[], path: readonly string[], draft: Draft): string {
  return rest
    .map((segment, index) => {
      if (typeof segment === 'string') return `/${segment}`;
      if (index === 0) return '/${meeting}';
      const before = rest[index - 1];
      if (typeof before === 'string' && (mentions(before, 'person') || mentions(before, 'hand')))
        return '/${user}';
      addTodo(draft, path, 'path', `write the value of "${segment.variable}" in the path.`);
      return `/${segment.variable}`;
    })
    .join('');
}
