-- Joining and leaving change the number of people in a meeting, so each locks the row of the meeting: whoever
-- counts, counts alone. They are functions because the lock is then held for no round trip to the service, and a
-- crowd that joins at one moment queues for microseconds each.

-- Gives the user the one seat they have in the meeting, or takes a free one. Outcome OK, or why not.
create function take_seat(meeting uuid, who text, wished_role text)
returns table (outcome text, is_new boolean, seat participants) language plpgsql as $$
declare
  m meetings;
  p participants;
begin
  -- A participant who is inside already need not queue for the lock.
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

  -- Again, now that no other transaction can change the answer: a join of the same user may have been first.
  select * into p from participants where meeting_id = meeting and user_id = who and left_at is null;
  if found then
    return query select 'OK', false, p;
    return;
  end if;

  if m.status = 'ended' then
    return query select 'MEETING_ENDED', false, p;
  -- Hosts are not locked out of the meeting that they opened.
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
        -- A role with power over others is given by a host, not taken.
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

-- Frees the seat of the user, if they have one; with gone_before only when their last socket is gone since before
-- that moment. Who goes last ends the meeting. No row at all: there is no such meeting.
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
