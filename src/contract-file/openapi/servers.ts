import { isObject, listIn } from '../shape.ts';
import type { OpenApiDocument } from './document.ts';

interface Address {
  /** Undefined if the document names none, or only a path. */
  readonly url: string | undefined;
  /** The path before each path of the document. */
  readonly prefix: string;
}

/** The address of the first server, with the usual values of its variables. */
export function addressOf(document: OpenApiDocument): Address {
  const written = document.isSwagger ? swaggerAddress(document) : serverAddress(document);
  const prefix = (path: string) => path.replace(/\/+$/, '');
  if (!/^https?:\/\//.test(written))
    return { url: undefined, prefix: prefix(written.startsWith('/') ? written : '') };
  if (!URL.canParse(written)) return { url: undefined, prefix: '' };
  const { origin, pathname } = new URL(written);
  return { url: origin, prefix: prefix(pathname) };
}

function swaggerAddress({ root }: OpenApiDocument): string {
  const path = typeof root.basePath === 'string' ? root.basePath : '';
  const schemes = listIn(root.schemes);
  const scheme = schemes.includes('http') && !schemes.includes('https') ? 'http' : 'https';
  return typeof root.host === 'string' ? `${scheme}://${root.host}${path}` : path;
}

function serverAddress(document: OpenApiDocument): string {
  const [first] = listIn(document.root.servers);
  const server = document.follow(first);
  if (typeof server?.url !== 'string') return '';
  const variables = document.follow(server.variables) ?? {};
  return server.url.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const variable = variables[name];
    return isObject(variable) ? String(variable.default ?? '') : '';
  });
}
