import { VERBS } from '../../meetings/contract/schema.ts';
import type { Endpoint, Segment } from '../classify.ts';
import { isObject, listIn, type Shape } from '../shape.ts';
import type { OpenApiDocument, Part } from './document.ts';
import { schemaShape } from './schema-shape.ts';

export interface DescribedCall extends Endpoint {
  readonly path: string;
  readonly request: Shape | undefined;
  /** Whether the request is a form instead of JSON. */
  readonly isForm: boolean;
  readonly answer: Shape | undefined;
  /** Whether the document describes an answer that sets a cookie. */
  readonly setsCookie: boolean;
  /** The parameters in headers and in the query. */
  readonly parameters: readonly Parameter[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly isRequired: boolean;
  readonly shape: Shape | undefined;
}

export function describedCalls(document: OpenApiDocument, prefix: string): DescribedCall[] {
  return Object.entries(document.root.paths as Part).flatMap(([path, written]) => {
    const item = document.follow(written);
    if (!item) return [];
    return VERBS.flatMap((method) => {
      const operation = document.follow(item[method]);
      return operation ? [callOf(document, { method, path: prefix + path, item, operation })] : [];
    });
  });
}

interface Written {
  readonly method: Endpoint['method'];
  readonly path: string;
  readonly item: Part;
  readonly operation: Part;
}

function callOf(document: OpenApiDocument, { method, path, item, operation }: Written): DescribedCall {
  const parameters = [...listIn(item.parameters), ...listIn(operation.parameters)].flatMap((one) =>
    followed(document, one),
  );
  const body = bodyOf(document, operation, parameters);
  return {
    method,
    path,
    segments: segmentsOf(path),
    ...body,
    answer: answerOf(document, operation),
    setsCookie: successes(document, operation).some(
      (answer) =>
        isObject(answer.headers) && Object.keys(answer.headers).some((name) => /^set-cookie$/i.test(name)),
    ),
    parameters: parameters.flatMap(({ name, in: place, required, schema, ...rest }): Parameter[] => {
      // Credentials come from the security schemes.
      if ((place !== 'query' && place !== 'header') || /^authorization$/i.test(String(name))) return [];
      const shape = schemaShape(document, schema ?? rest);
      return [{ name: String(name), in: place, isRequired: required === true, shape }];
    }),
  };
}

function segmentsOf(path: string): Segment[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1] ?? /^:(.+)$/.exec(part)?.[1];
      return name === undefined ? part : { variable: name };
    });
}

function bodyOf(
  document: OpenApiDocument,
  operation: Part,
  parameters: readonly Part[],
): { request: Shape | undefined; isForm: boolean } {
  const inBody = parameters.find((one) => one.in === 'body');
  if (inBody) return { request: schemaShape(document, inBody.schema), isForm: false };
  const fields = parameters.filter((one) => one.in === 'formData');
  if (fields.length > 0) {
    const properties = Object.fromEntries(fields.map((one) => [String(one.name), one]));
    const required = fields.filter((one) => one.required === true).map((one) => one.name);
    return { request: schemaShape(document, { type: 'object', properties, required }), isForm: true };
  }
  const content = document.follow(document.follow(operation.requestBody)?.content);
  const [type, media] = mediaOf(content, /json/) ?? mediaOf(content, /form/) ?? [];
  return {
    request: media && schemaShape(document, media.schema),
    isForm: type !== undefined && !/json/.test(type),
  };
}

function mediaOf(content: Part | undefined, wanted: RegExp): [string, Part] | undefined {
  const found = Object.entries(content ?? {}).find(([type]) => wanted.test(type));
  return found && isObject(found[1]) ? [found[0], found[1]] : undefined;
}

/** The successful answers; the default answer comes last. */
function successes(document: OpenApiDocument, operation: Part): Part[] {
  const answers = Object.entries(document.follow(operation.responses) ?? {});
  const named = [/^2/, /^default$/].flatMap((wanted) => answers.filter(([status]) => wanted.test(status)));
  return named.flatMap(([, answer]) => followed(document, answer));
}

function answerOf(document: OpenApiDocument, operation: Part): Shape | undefined {
  for (const answer of successes(document, operation)) {
    const schema = answer.schema ?? mediaOf(document.follow(answer.content), /json|\*\/\*/)?.[1].schema;
    const shape = schemaShape(document, schema);
    if (shape) return shape;
  }
  return undefined;
}

function followed(document: OpenApiDocument, written: unknown): Part[] {
  const part = document.follow(written);
  return part ? [part] : [];
}
