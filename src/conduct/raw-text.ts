import type { Sample } from './answered.ts';
import type { Interview } from './interview.ts';

/** Messages of databases and their clients. They help attackers, but not users. */
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

/** Stack traces, and paths of files of the service. */
const STACK = [
  /(?:^|\\n|\n)\s*at (?:async )?[\w.<>$ [\]]+ ?\(?(?:file:|node:|\/|[A-Z]:\\)/,
  /\bTraceback \(most recent call last\)/,
  /"stack(?:trace)?":\s*"/i,
  /(?:\/|\\)(?:node_modules|dist|src|site-packages)(?:\/|\\)[\w./\\@-]+\.(?:[cm]?[jt]s|py|java|go|php|rb)\b/,
  /\/(?:home|usr|app|opt|srv|var)\/[\w./@-]+\.(?:[cm]?[jt]s|py|java|go|php|rb)\b/,
];

/** Notes text in an answer that shows internals of the service to attackers. */
export function noteRawText(interview: Pick<Interview, 'note'>, text: string, sample: Sample): void {
  if (DATABASE.some((pattern) => pattern.test(text))) interview.note('raw-database-text', sample);
  if (STACK.some((pattern) => pattern.test(text))) interview.note('stack-in-answer', sample);
}
