import { parse } from 'yaml';
import { isObject } from '../../contract-file/shape.ts';

/** Whether a contract describes chat messages and their arrival. False for a text with mistakes. */
export function describesChat(contract: string): boolean {
  let root: unknown;
  try {
    root = parse(contract, { logLevel: 'error' });
  } catch {
    return false;
  }
  const has = (section: string, name: string) => {
    const entries = isObject(root) ? root[section] : undefined;
    return isObject(entries) && name in entries;
  };
  return has('operations', 'chat.send') && has('events', 'chat');
}
