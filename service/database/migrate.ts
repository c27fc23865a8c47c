import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

const FOLDER = new URL('./migrations/', import.meta.url);

/** The number of the lock with which simultaneous services migrate one database in turn. It can be any number. */
const LOCK = 3_002_001;

/** Runs the new migration files in the order of their names, all or none. */
export async function migrate(pool: pg.Pool): Promise<void> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(
      'create table if not exists meetings_migrations (name text primary key, applied_at timestamptz default now())',
    );
    const { rows } = await client.query<{ name: string }>('select name from meetings_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    for (const file of files.filter((name) => !applied.has(name))) {
      await client.query(await readFile(new URL(file, FOLDER), 'utf8'));
      await client.query('insert into meetings_migrations (name) values ($1)', [file]);
    }
    await client.query('commit');
    client.release();
  } catch (error) {
    // The end of the connection rolls back the changes, also if the connection broke.
    client.release(true);
    throw error;
  }
}
