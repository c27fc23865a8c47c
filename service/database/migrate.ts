import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

const FOLDER = new URL('./migrations/', import.meta.url);

/** Any number that is ours: services that start at once on one database take turns. */
const LOCK = 3_002_001;

/** Runs the files that this database has not seen, in the order of their names, all or none. */
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
    // Closing the connection rolls back, even when it is the connection that broke.
    client.release(true);
    throw error;
  }
}
