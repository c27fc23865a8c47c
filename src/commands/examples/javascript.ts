/**
 * The same program in JavaScript, with its types as JSDoc, so that editors still complete it. It reads only the syntax of
 * docs/examples: imports of types, annotated constants, and `!` after an index.
 */
export function asJavaScript(text: string): string {
  const types = new Map<string, string>();
  return withoutTypeImports(text, types)
    .replace(
      /^( *)(?:\/\*\* (.+) \*\/\n *)?((?:export )?const \w+): (\w+)(\[\])? =/gm,
      (whole, indent: string, about: string | undefined, start: string, type: string, list = '') => {
        const from = types.get(type);
        if (from === undefined) return whole;
        const typed = `@type {import('${from}').${type}${list}}`;
        const comment = about === undefined ? `/** ${typed} */` : `/**\n * ${about}\n * ${typed}\n */`;
        return `${`${comment}\n${start}`.replace(/^/gm, indent)} =`;
      },
    )
    .replace(/\]!/g, ']')
    .replace(/^\n+/, '');
}

/** @param types receives the module of each imported type */
function withoutTypeImports(text: string, types: Map<string, string>): string {
  return text.replace(
    /^import (type )?\{ (.+) \} from '(.+)';\n/gm,
    (_, allTypes: string | undefined, names: string, from: string) => {
      const isType = (name: string) => allTypes !== undefined || name.startsWith('type ');
      const all = names.split(', ');
      for (const name of all.filter(isType)) types.set(name.replace('type ', ''), from);
      const values = all.filter((name) => !isType(name));
      return values.length === 0 ? '' : `import { ${values.join(', ')} } from '${from}';\n`;
    },
  );
}
