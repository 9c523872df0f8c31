ALTER TABLE mediation_room DROP CONSTRAINT mediation_room_pkey, ADD PRIMARY KEY (home, id),
    ADD CHECK (kind = 'joint' AND party = '' OR kind = 'private' AND party <> ''), ADD CHECK (kept_days > 0);
ALTER TABLE mediation_membership DROP CONSTRAINT mediation_membership_pkey, ADD PRIMARY KEY (home, id);
ALTER TABLE mediation_message DROP CONSTRAINT mediation_message_pkey, ADD PRIMARY KEY (home, id),
    ADD CHECK (kind IN ('words', 'file', 'draft'));
-- What is sealed does not get smaller: it is not tried.
ALTER TABLE mediation_file DROP CONSTRAINT mediation_file_pkey, ADD PRIMARY KEY (home, id),
    ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN small SET STORAGE EXTERNAL;
CREATE INDEX mediation_file_room ON mediation_file (home, room);
CREATE INDEX mediation_room_kept ON mediation_room (home, matter) WHERE destroyed_at IS NULL;

-- Whether the matter still gives a token a place anywhere in its rooms: a party of it that has not left, or a person named in it. Who agreed, and who is
-- named to which post, the application asks of the matter itself; this is the wall behind it.
CREATE FUNCTION room_holds_v1(of_home text, of_matter uuid, token text)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE split_part(token, ':', 1)
        WHEN 'party' THEN EXISTS (
            SELECT FROM matters_matter m, jsonb_array_elements(m.body -> 'parties') p
             WHERE m.home = of_home AND m.id = of_matter AND p ->> 'id' = substr(token, 7) AND NOT p ? 'left')
        WHEN 'person' THEN EXISTS (
            SELECT FROM matters_matter m, jsonb_each(m.body -> 'named') post
             WHERE m.home = of_home AND m.id = of_matter AND post.value ? substr(token, 8))
        ELSE false END
$$;

-- Up to which message the present reader reads a room: all of it while in it, up to where they went out afterwards, null for others.
CREATE FUNCTION room_reach_v1(of_home text, of_room uuid)
RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(CASE WHEN last.came THEN 2147483647 ELSE last.after_seq END)
      FROM mediation_room r, LATERAL (
            SELECT DISTINCT ON (e.principal) e.principal, e.came, e.after_seq FROM mediation_membership e
             WHERE e.home = of_home AND e.room = of_room
               AND e.principal = ANY (string_to_array(nullif(current_setting('huiyin.tokens', true), ''), chr(31)))
             ORDER BY e.principal, e.n DESC) last
     WHERE r.home = of_home AND r.id = of_room AND room_holds_v1(of_home, r.matter, last.principal)
$$;

-- Somebody comes in; the first one opens the room. Null for whoever has no place in it, and once it is destroyed.
CREATE FUNCTION room_enter_v1(of_home text, of_matter uuid, p jsonb, tokens text[])
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    member constant text := p ->> 'member';
    r mediation_room;
BEGIN
    IF NOT (member = ANY (tokens)) OR NOT room_holds_v1(of_home, of_matter, member)
        OR (p ->> 'party' <> '' AND member LIKE 'party:%' AND member <> 'party:' || (p ->> 'party')) THEN
        RETURN NULL;
    END IF;
    INSERT INTO mediation_room (home, id, matter, kind, party, key, kept_days, opened_at, last_seq)
    VALUES (of_home, (p ->> 'id')::uuid, of_matter, CASE WHEN p ->> 'party' = '' THEN 'joint' ELSE 'private' END, p ->> 'party',
            decode(p ->> 'key', 'hex'), (p ->> 'kept_days')::integer, (p ->> 'at')::timestamptz, 0)
    ON CONFLICT (home, matter, kind, party) DO NOTHING;
    SELECT * INTO r FROM mediation_room
     WHERE home = of_home AND matter = of_matter AND party = p ->> 'party' AND destroyed_at IS NULL FOR UPDATE;
    IF r.id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM room_turn_v1(of_home, r.id, (p ->> 'event')::uuid, member, true, member, (p ->> 'at')::timestamptz);
    RETURN r.id;
END
$$;

-- One event of coming or going, when it changes anything; only within a function that holds the room's row.
CREATE FUNCTION room_turn_v1(of_home text, of_room uuid, event uuid, member text, comes boolean, author text, at_now timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce((SELECT came FROM mediation_membership WHERE home = of_home AND room = of_room AND principal = member
                  ORDER BY n DESC LIMIT 1), false) = comes THEN
        RETURN false;
    END IF;
    INSERT INTO mediation_membership (home, id, room, n, principal, came, author, at, after_seq)
    SELECT of_home, event, of_room, coalesce((SELECT max(n) FROM mediation_membership WHERE home = of_home AND room = of_room), 0) + 1,
           member, comes, author, at_now, r.last_seq
      FROM mediation_room r WHERE r.home = of_home AND r.id = of_room;
    PERFORM pg_notify('huiyin_rooms', of_home || ' ' || of_room || ' 0');
    RETURN true;
END
$$;

-- Somebody goes out: by themselves, or by the system where the matter gives them no place any more.
CREATE FUNCTION room_leave_v1(of_home text, of_room uuid, p jsonb, tokens text[])
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    member constant text := p ->> 'member';
BEGIN
    PERFORM FROM mediation_room WHERE home = of_home AND id = of_room FOR UPDATE;
    IF NOT FOUND OR NOT (member = ANY (tokens) OR 'system' = ANY (tokens)) THEN
        RETURN false;
    END IF;
    RETURN room_turn_v1(of_home, of_room, (p ->> 'event')::uuid, member, false,
                        CASE WHEN member = ANY (tokens) THEN member ELSE 'system' END, (p ->> 'at')::timestamptz);
END
$$;

-- One message, with its file if it has one. The room's row is locked, so that numbers have no gaps and nobody sends after they went out. A
-- version of the draft names the version its writer saw, and is refused when another has come. What is told to those who listen is the
-- room and the number, never a word.
CREATE FUNCTION room_send_v1(of_home text, of_room uuid, p jsonb, file bytea, small bytea, tokens text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    speaker constant text := p ->> 'sender';
    r mediation_room;
    known mediation_message;
BEGIN
    SELECT * INTO r FROM mediation_room WHERE home = of_home AND id = of_room FOR UPDATE;
    IF r.id IS NULL OR r.destroyed_at IS NOT NULL OR NOT (speaker = ANY (tokens)) OR NOT room_holds_v1(of_home, r.matter, speaker)
        OR NOT coalesce((SELECT came FROM mediation_membership WHERE home = of_home AND room = of_room AND principal = speaker
                          ORDER BY n DESC LIMIT 1), false) THEN
        RETURN jsonb_build_object('status', 'outside');
    END IF;
    SELECT * INTO known FROM mediation_message WHERE home = of_home AND room = of_room AND key = p ->> 'key';
    IF known.id IS NOT NULL THEN
        RETURN jsonb_build_object('seq', known.seq, 'id', known.id, 'status', CASE
            WHEN known.sender = speaker AND known.digest = decode(p ->> 'digest', 'hex') THEN 'known' ELSE 'mismatch' END);
    END IF;
    IF EXISTS (SELECT FROM matters_matter m WHERE m.home = of_home AND m.id = r.matter AND m.outcome <> '') THEN
        RETURN jsonb_build_object('status', 'ended');
    END IF;
    IF p ->> 'kind' = 'draft' AND (p ->> 'seen')::integer <> coalesce(
        (SELECT max(seq) FROM mediation_message WHERE home = of_home AND room = of_room AND kind = 'draft'), 0) THEN
        RETURN jsonb_build_object('status', 'clash');
    END IF;
    UPDATE mediation_room SET last_seq = last_seq + 1 WHERE home = of_home AND id = of_room RETURNING * INTO r;
    INSERT INTO mediation_message (home, id, room, seq, kind, sender, at, body, digest, key)
    VALUES (of_home, (p ->> 'id')::uuid, of_room, r.last_seq, p ->> 'kind', speaker, (p ->> 'at')::timestamptz, decode(p ->> 'body', 'hex'),
            decode(p ->> 'digest', 'hex'), p ->> 'key');
    IF file IS NOT NULL THEN
        INSERT INTO mediation_file (home, id, room, seq, body, small) VALUES (of_home, (p ->> 'id')::uuid, of_room, r.last_seq, file, small);
    END IF;
    PERFORM pg_notify('huiyin_rooms', of_home || ' ' || of_room || ' ' || r.last_seq);
    RETURN jsonb_build_object('status', 'sent', 'seq', r.last_seq, 'id', p ->> 'id');
END
$$;

-- Destroys what was said in rooms whose time has come: messages, files and key go, the room says when and how many. Whose matter is held, or open,
-- keeps them, whoever calls.
CREATE FUNCTION room_sweep_v1(at_now timestamptz, most integer)
RETURNS TABLE (home text, room uuid, count integer) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT k.home AS of_home, k.id FROM mediation_room k JOIN matters_matter m ON m.home = k.home AND m.id = k.matter
              WHERE k.destroyed_at IS NULL AND NOT m.held AND m.closed_at + make_interval(days => k.kept_days) <= at_now
              ORDER BY k.home, k.id LIMIT most FOR UPDATE OF k SKIP LOCKED
    LOOP
        DELETE FROM mediation_file f WHERE f.home = r.of_home AND f.room = r.id;
        DELETE FROM mediation_message g WHERE g.home = r.of_home AND g.room = r.id;
        GET DIAGNOSTICS count = ROW_COUNT;
        UPDATE mediation_room k SET key = NULL, destroyed_at = at_now, destroyed_count = room_sweep_v1.count
         WHERE k.home = r.of_home AND k.id = r.id;
        PERFORM pg_notify('huiyin_rooms', r.of_home || ' ' || r.id || ' 0');
        home := r.of_home;
        room := r.id;
        RETURN NEXT;
    END LOOP;
END
$$;

-- Erases what one party said, showed and wrote in the rooms of a matter, unread; how many messages that were, null where the matter is held.
CREATE FUNCTION room_erase_v1(of_home text, of_matter uuid, token text, at_now timestamptz, tokens text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erased integer;
BEGIN
    IF NOT 'system' = ANY (tokens) OR EXISTS (SELECT FROM matters_matter m WHERE m.home = of_home AND m.id = of_matter AND m.held) THEN
        RETURN NULL;
    END IF;
    WITH gone AS (
        UPDATE mediation_message g SET body = '', digest = '', erased_at = at_now
          FROM mediation_room r
         WHERE r.home = of_home AND r.matter = of_matter AND g.home = r.home AND g.room = r.id AND g.sender = token AND g.erased_at IS NULL
        RETURNING g.id
    ), files AS (
        DELETE FROM mediation_file f USING gone WHERE f.home = of_home AND f.id = gone.id
    )
    SELECT count(*) INTO erased FROM gone;
    RETURN erased;
END
$$;

DO $$
DECLARE
    name text;
    door regprocedure;
    reach constant text := '(SELECT room_reach_v1(%I.home, %I.%s))';
BEGIN
    FOREACH name IN ARRAY ARRAY['mediation_room', 'mediation_membership', 'mediation_message', 'mediation_file']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_all ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO huiyin_app USING (%s)', name, CASE name
            WHEN 'mediation_room' THEN format(reach, name, name, 'id') || ' IS NOT NULL'
            WHEN 'mediation_membership' THEN format(reach, name, name, 'room') || ' >= after_seq'
            ELSE format(reach, name, name, 'room') || ' >= seq' END);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, huiyin_app', name);
        EXECUTE format('GRANT SELECT ON %I TO huiyin_app', name);
    END LOOP;
    FOR door IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^room_[a-z_]+_v[0-9]+$'
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
        IF door::text !~ '^room_(turn|holds)_v' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO huiyin_app', door);
        END IF;
    END LOOP;
END
$$;
