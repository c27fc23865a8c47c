-- A join or leave changes the number of participants, so it locks the row of the meeting while it counts. These are
-- functions, so that the lock is not held during a round trip to the service, and simultaneous joins wait only
-- microseconds each.

-- Returns the seat of the user in the meeting, or takes a free one. The outcome is OK or the code of a refusal.
create function take_seat(meeting uuid, who text, wished_role text)
returns table (outcome text, is_new boolean, seat participants) language plpgsql as $$
declare
  m meetings;
  p participants;
begin
  -- A participant with a seat need not wait for the lock.
  select * into p from participants where meeting_id = meeting and user_id = who and left_at is null;
  if found then
    return query select 'OK', false, p;
    return;
  end if;

  select * into m from meetings where id = meeting for update;
  if not found then
    return query select 'MEETING_NOT_FOUND', false, p;
    return;
  end if;

  -- Repeats the query with the lock, because another join of the same user may have been first.
  select * into p from participants where meeting_id = meeting and user_id = who and left_at is null;
  if found then
    return query select 'OK', false, p;
    return;
  end if;

  if m.status = 'ended' then
    return query select 'MEETING_ENDED', false, p;
  -- A host may always join their own meeting.
  elsif m.is_locked and who <> m.host_id then
    return query select 'MEETING_LOCKED', false, p;
  elsif (select count(*) from participants where meeting_id = meeting and left_at is null) >= m.max_participants then
    return query select 'MEETING_FULL', false, p;
  else
    insert into participants (meeting_id, user_id, role)
    values (
      meeting,
      who,
      case
        when who = m.host_id then 'host'
        -- Only a host can grant a role with rights over others.
        when wished_role in ('host', 'co_host') then 'speaker'
        else wished_role
      end
    )
    returning * into p;
    if m.status = 'scheduled' then
      update meetings set status = 'active', started_at = clock_timestamp() where id = meeting;
    end if;
    return query select 'OK', true, p;
  end if;
end
$$;

-- Frees the seat of the user; with gone_before, only if their last socket closed before that time. The last user to
-- leave ends the meeting. Returns no row if the meeting does not exist.
create function give_up_seat(meeting uuid, who text, gone_before timestamptz default null)
returns table (was_seated boolean) language plpgsql as $$
begin
  perform from meetings where id = meeting for update;
  if not found then
    return;
  end if;

  update participants
  set left_at = clock_timestamp(), is_connected = false, disconnected_at = null
  where meeting_id = meeting and user_id = who and left_at is null
    and (gone_before is null or disconnected_at < gone_before);
  was_seated := found;

  if was_seated and not exists (select from participants where meeting_id = meeting and left_at is null) then
    update meetings set status = 'ended', ended_at = clock_timestamp() where id = meeting;
  end if;
  return next;
end
$$;
