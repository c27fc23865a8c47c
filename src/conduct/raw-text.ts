import type { Sample } from './answered.ts';
import type { Interview } from './interview.ts';

/** Messages of databases and their clients. They help attackers, and not the users of a service. */
const DATABASE = [
  /\bSQLSTATE\b|\bORA-\d{5}\b|\bSQLITE_\w+|\bER_[A-Z_]{4,}\b/,
  /\bsyntax error at or near\b|\berror in your SQL syntax\b|\bunterminated quoted string\b/i,
  /\binvalid input syntax for\b|\binvalid byte sequence for encoding\b|\bout of range for type\b/i,
  /\bvalue too long for type\b|\bdata too long for column\b|\bout of range value for column\b/i,
  /\bincorrect (?:\w+ )?value: .* for column\b|\btruncated incorrect\b|\bunknown column\b/i,
  /\bduplicate (?:key value|entry)\b|\bviolates .*\bconstraint\b|\bforeign key constraint fails\b/i,
  /\b(?:relation|column|table) ["'`][\w.]+["'`] does(?:n't| not) exist\b|\bdeadlock (?:found|detected)\b/i,
  /\b(?:Sequelize|TypeORM|Prisma|Knex|Mongo|Postgres|Mysql)\w*Error\b|\bQueryFailedError\b|\bPrismaClient\w*/,
  /\bselect\b.{1,200}\bfrom\b.{1,80}\bwhere\b.{1,60}(?:=|\$\d|\blike\b|\bis (?:not )?null\b)/is,
  /\binsert into \S+ ?\(.{1,200}\bvalues ?\(|\bupdate \S+ set \S+ ?=|\bdelete from \S+ where \S+ ?=/is,
];

const STACK = [
  /(?:^|\\n|\n)\s*at (?:async )?[\w.<>$ [\]]+ ?\(?(?:file:|node:|\/|[A-Z]:\\)/,
  /\bTraceback \(most recent call last\)/,
  /"stack(?:trace)?":\s*"/i,
  /(?:\/|\\)(?:node_modules|dist|src|site-packages)(?:\/|\\)[\w./\\@-]+\.(?:[cm]?[jt]s|py|java|go|php|rb)\b/,
  /\/(?:home|usr|app|opt|srv|var)\/[\w./@-]+\.(?:[cm]?[jt]s|py|java|go|php|rb)\b/,
];

export function isDatabaseText(text: string): boolean {
  return DATABASE.some((pattern) => pattern.test(text));
}

/** A stack, or a path of a file of the service. */
export function isStack(text: string): boolean {
  return STACK.some((pattern) => pattern.test(text));
}

/** Notes text in an answer that tells attackers about the inside of the service. */
export function noteRawText(interview: Interview, text: string, sample: Sample): void {
  if (isDatabaseText(text)) interview.note('raw-database-text', sample);
  if (isStack(text)) interview.note('stack-in-answer', sample);
}
