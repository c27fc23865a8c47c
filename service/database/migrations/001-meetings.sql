create table meetings (
  id uuid primary key default gen_random_uuid(),
  title text not null,
  description text,
  host_id varchar(36) not null,
  status text not null check (status in ('scheduled', 'active', 'ended')),
  scheduled_start timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  max_participants integer not null check (max_participants between 2 and 1000),
  is_locked boolean not null default false,
  background_music_enabled boolean not null,
  recording_enabled boolean not null,
  created_at timestamptz not null default now()
);

-- The orders in which GET /meetings lists them.
create index meetings_newest on meetings (created_at desc);
create index meetings_newest_of_host on meetings (host_id, created_at desc);
create index meetings_newest_by_status on meetings (status, created_at desc);

-- One row per stay. A user who leaves and returns has two rows, one of them without left_at.
create table participants (
  id uuid primary key default gen_random_uuid(),
  meeting_id uuid not null references meetings,
  user_id varchar(36) not null,
  role text not null check (role in ('host', 'co_host', 'speaker', 'listener', 'music_host')),
  is_muted boolean not null default false,
  is_hand_raised boolean not null default false,
  -- The last report: { quality, rtt, packetLoss, bandwidth }.
  network jsonb,
  agora_uid integer not null generated always as identity,
  joined_at timestamptz not null default clock_timestamp(),
  left_at timestamptz,
  -- Whether a socket of the user is in the room of the meeting.
  is_connected boolean not null default false,
  -- When the last socket of the user closed; null for users who are connected or never were.
  disconnected_at timestamptz
);

-- Guarantees one active row per user and meeting. Queries of the roster also use this index.
create unique index participants_one_active_row on participants (meeting_id, user_id) where left_at is null;

-- For the removal of ghosts.
create index participants_disconnected on participants (disconnected_at)
  where left_at is null and disconnected_at is not null;

-- A time in the form of the API.
create function iso(moment timestamptz) returns text language sql stable as $$
  select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
