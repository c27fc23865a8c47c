const ADDRESS = /\b(https?|wss?):\/\/[^\s"'<>)]+/gi;
const USER = /^(\w+:\/\/)[^/?#]*@/;

/** The text, with addresses that end at their paths: users, passwords, queries and fragments may be secrets. */
export function withoutParts(text: string): string {
  return text.replace(ADDRESS, (address) => address.replace(USER, '$1').replace(/[?#].*?(?=[.,;:]?$)/, ''));
}
