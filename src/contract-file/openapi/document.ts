import { parse } from 'yaml';
import { UserError } from '../../kernel/errors.ts';
import { valueAt } from '../../meetings/contract/mistakes.ts';
import { isObject } from '../shape.ts';

export type Part = Readonly<Record<string, unknown>>;

const MOST_REFERENCES = 20;

/** An OpenAPI document of version 3.0 or 3.1, or Swagger 2.0. References are followed where they are read. */
export class OpenApiDocument {
  readonly root: Part;
  readonly isSwagger: boolean;

  private constructor(root: Part, isSwagger: boolean) {
    this.root = root;
    this.isSwagger = isSwagger;
  }

  /** Reads YAML or JSON. @throws {UserError} for any other text */
  static read(text: string, name: string): OpenApiDocument {
    let root: unknown;
    try {
      root = parse(text, { logLevel: 'error' });
    } catch (error) {
      const [sentence] = (error as Error).message.split('\n');
      throw new UserError(`"${name}" is neither YAML nor JSON: ${sentence}`);
    }
    if (isObject(root) && isObject(root.log) && 'entries' in root.log)
      throw new UserError(
        `"${name}" is a HAR recording. Use \`npx fullhouse contract from-har\` with two of them.`,
      );
    if (!isObject(root) || (root.openapi === undefined && root.swagger === undefined))
      throw new UserError(
        `"${name}" is not an OpenAPI document: it has neither \`openapi: 3.x\` nor \`swagger: "2.0"\`. Give the file that describes the HTTP API.`,
      );
    const version = String(root.openapi ?? root.swagger);
    if (!/^(3\.[0-2]|2\.0)/.test(version))
      throw new UserError(
        `"${name}" is OpenAPI ${version}, which is not supported. Use version 2.0, 3.0 or 3.1.`,
      );
    if (!isObject(root.paths) || Object.keys(root.paths).length === 0)
      throw new UserError(`"${name}" describes no paths. Give the file that has \`paths\`.`);
    return new OpenApiDocument(root, root.openapi === undefined);
  }

  /** Resolves the references of a part of the document. Undefined if the part is missing. */
  follow(part: unknown): Part | undefined {
    let found = part;
    for (let followed = 0; isObject(found) && typeof found.$ref === 'string'; followed++) {
      if (followed === MOST_REFERENCES) return undefined; // a circle
      found = this.#at(found.$ref);
    }
    return isObject(found) ? found : undefined;
  }

  #at(reference: string): unknown {
    if (!reference.startsWith('#/'))
      throw new UserError(
        `The document refers to "${reference}", which is another file. Bundle the document into one file first, for example with \`redocly bundle\`.`,
      );
    const path = reference
      .slice(2)
      .split('/')
      .map((step) => decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~'));
    return valueAt(this.root, path);
  }
}
