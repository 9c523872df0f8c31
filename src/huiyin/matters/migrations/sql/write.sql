-- Everything an act leaves besides the matter's own row and its key. Not callable by the application.
CREATE FUNCTION matter_rows_v1(of_home text, of_matter uuid, p jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e matters_event;
    at_now timestamptz;
BEGIN
    SELECT * INTO e FROM jsonb_populate_record(NULL::matters_event, p -> 'event');
    at_now := e.now;
    INSERT INTO matters_event (home, id, matter, seq, action, principal_kind, principal, unit, post, purpose, at, now,
                               source_state, state, effects, commitments, sealed, readers, "order", prev, hash)
    VALUES (of_home, e.id, of_matter, e.seq, e.action, e.principal_kind, e.principal, e.unit, e.post, e.purpose, e.at, e.now,
            e.source_state, e.state, e.effects, e.commitments, e.sealed, e.readers, e."order", e.prev, e.hash);
    INSERT INTO matters_sealed (home, id, matter) VALUES (of_home, e.id, of_matter);

    IF p ? 'content' THEN
        INSERT INTO matters_content (home, id, matter, seq, n, field, party, class, op, value, salt, readers)
        SELECT of_home, id, of_matter, e.seq, n, field, party, class, op, coalesce(value, 'null'), salt, e.readers
          FROM jsonb_populate_recordset(NULL::matters_content, p -> 'content');
    END IF;
    IF p ? 'papers' THEN
        INSERT INTO matters_paper (home, id, matter, seq, name, number, hash, salt, title, blocks, readers)
        SELECT of_home, id, of_matter, e.seq, name, number, hash, salt, title, blocks, e.readers
          FROM jsonb_populate_recordset(NULL::matters_paper, p -> 'papers');
    END IF;
    IF p ? 'clocks' THEN
        INSERT INTO matters_clock AS c (home, id, matter, name, kind, status, due_strict, due_latest, due, provisional, calendar, rule)
        SELECT of_home, id, of_matter, name, kind, status, due_strict, due_latest, due, provisional, calendar, rule
          FROM jsonb_populate_recordset(NULL::matters_clock, p -> 'clocks')
        ON CONFLICT (home, matter, name) DO UPDATE SET
            kind = excluded.kind, status = excluded.status, due_strict = excluded.due_strict, due_latest = excluded.due_latest,
            due = excluded.due, provisional = excluded.provisional, calendar = excluded.calendar, rule = excluded.rule,
            alerted_at = CASE WHEN c.due = excluded.due THEN c.alerted_at END;
    END IF;
    IF p ? 'alerted' THEN
        UPDATE matters_clock SET alerted_at = at_now
         WHERE home = of_home AND matter = of_matter AND name = p ->> 'alerted' AND alerted_at IS NULL;
    END IF;
    IF p ? 'tasks' THEN
        DELETE FROM matters_task WHERE home = of_home AND matter = of_matter;
        INSERT INTO matters_task (home, id, matter, unit, post, person, party, state, due, created)
        SELECT of_home, id, of_matter, unit, post, person, party, e.state, due, at_now
          FROM jsonb_populate_recordset(NULL::matters_task, p -> 'tasks');
    END IF;
    IF p ? 'outbox' THEN
        INSERT INTO matters_outbox (home, id, matter, seq, n, kind, payload, due_at, attempts, error)
        SELECT of_home, id, of_matter, e.seq, n, kind, payload, coalesce(due_at, at_now), 0, ''
          FROM jsonb_populate_recordset(NULL::matters_outbox, p -> 'outbox');
    END IF;
    IF p ? 'access' THEN
        INSERT INTO matters_access (home, id, matter, kind, principal, since)
        SELECT of_home, id, of_matter, kind, principal, at_now
          FROM jsonb_populate_recordset(NULL::matters_access, p -> 'access')
        ON CONFLICT (home, matter, kind, principal) DO NOTHING;
    END IF;
    IF p ? 'parties' THEN
        INSERT INTO parties_party (home, id, matter, party, role, name, phone)
        SELECT of_home, id, of_matter, party, role, name, phone
          FROM jsonb_populate_recordset(NULL::parties_party, p -> 'parties')
        ON CONFLICT (home, matter, party) DO UPDATE SET role = excluded.role, name = excluded.name, phone = excluded.phone;
    END IF;
    IF p -> 'search' = '[]' THEN
        DELETE FROM matters_search WHERE home = of_home AND matter = of_matter;
    ELSIF p ? 'search' THEN
        INSERT INTO matters_search (home, matter, words)
        SELECT of_home, of_matter, array_to_tsvector(coalesce(array_agg(x), '{}')) FROM jsonb_array_elements_text(p -> 'search') x
        ON CONFLICT (home, matter) DO UPDATE SET words = excluded.words;
    END IF;
    IF p ? 'erases' AND e.principal_kind = 'system' THEN
        UPDATE matters_content SET value = NULL, salt = NULL, erased_at = at_now
         WHERE home = of_home AND matter = of_matter AND erased_at IS NULL
           AND id IN (SELECT x::uuid FROM jsonb_array_elements_text(p #> '{erases,content}') x);
        UPDATE matters_paper SET title = NULL, blocks = NULL, salt = NULL, erased_at = at_now
         WHERE home = of_home AND matter = of_matter AND erased_at IS NULL
           AND id IN (SELECT x::uuid FROM jsonb_array_elements_text(p #> '{erases,papers}') x);
        -- Sentences made for people, and what still waits to be handed on, may quote what is erased.
        UPDATE matters_notice SET text = NULL WHERE home = of_home AND matter = of_matter;
        UPDATE matters_outbox SET payload = payload - 'notices'
         WHERE home = of_home AND matter = of_matter AND done_at IS NULL AND payload ? 'notices';
        UPDATE matters_key SET receipt = receipt - 'says' - 'warnings' WHERE home = of_home AND matter = of_matter;
    END IF;
END
$$;

CREATE FUNCTION matter_answer_v1(of_home text, with_key text, with_body_hash text)
RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('status', CASE WHEN body_hash = with_body_hash THEN 'known' ELSE 'mismatch' END,
                              'receipt', CASE WHEN body_hash = with_body_hash THEN receipt END)
      FROM matters_key WHERE home = of_home AND key = with_key
$$;

-- Opens a matter: written, known (the same key and body, with the receipt of the first time) or mismatch.
CREATE FUNCTION matter_open_v1(of_home text, p jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m matters_matter;
BEGIN
    SELECT * INTO m FROM jsonb_populate_record(NULL::matters_matter, p -> 'matter');
    INSERT INTO matters_key (home, id, key, body_hash, matter, seq, receipt, created)
    VALUES (of_home, (p ->> 'key_id')::uuid, p ->> 'key', p ->> 'body_hash', m.id, 1, p -> 'receipt', m.recorded_at)
    ON CONFLICT (home, key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN matter_answer_v1(of_home, p ->> 'key', p ->> 'body_hash');
    END IF;
    INSERT INTO matters_matter (home, id, reference, codes, holder, procedure, procedure_version, line, topic, division, state,
                                outcome, version, head, body, opened_at, entered_at, closed_at, recorded_at, unit, posts, who, next_due,
                                next_due_provisional, feeder, feeder_number, parent_home, parent, parent_key, held)
    VALUES (of_home, m.id, m.reference, m.codes, m.holder, m.procedure, m.procedure_version, m.line, m.topic, m.division, m.state,
            m.outcome, m.version, m.head, m.body, m.opened_at, m.entered_at, m.closed_at, m.recorded_at, m.unit, m.posts, m.who, m.next_due,
            m.next_due_provisional, m.feeder, m.feeder_number, m.parent_home, m.parent, m.parent_key, false);
    PERFORM matter_rows_v1(of_home, m.id, p);
    RETURN jsonb_build_object('status', 'written', 'receipt', p -> 'receipt');
END
$$;

-- Writes one act on a matter: written, known, mismatch, missing (not there, or not for these tokens) or conflict (the version moved).
CREATE FUNCTION matter_act_v1(of_home text, p jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m matters_matter;
    answer jsonb;
BEGIN
    answer := matter_answer_v1(of_home, p ->> 'key', p ->> 'body_hash');
    IF answer IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO m FROM jsonb_populate_record(NULL::matters_matter, p -> 'matter');
    IF NOT (p -> 'tokens') ? 'system' AND NOT EXISTS (
        SELECT FROM matters_access a
         WHERE a.home = of_home AND a.matter = m.id AND (p -> 'tokens') ? (a.kind || ':' || a.principal)) THEN
        RETURN jsonb_build_object('status', 'missing');
    END IF;
    -- The key first: of two acts under one key, also on two matters at once, one waits here and then finds the other's.
    INSERT INTO matters_key (home, id, key, body_hash, matter, seq, receipt, created)
    VALUES (of_home, (p ->> 'key_id')::uuid, p ->> 'key', p ->> 'body_hash', m.id, m.version, p -> 'receipt',
            (p #>> '{event,now}')::timestamptz)
    ON CONFLICT (home, key) DO NOTHING;
    IF NOT FOUND THEN
        RETURN matter_answer_v1(of_home, p ->> 'key', p ->> 'body_hash');
    END IF;
    UPDATE matters_matter SET
        state = m.state, outcome = m.outcome, version = m.version, head = m.head, body = m.body, entered_at = m.entered_at,
        topic = m.topic, division = m.division, procedure_version = m.procedure_version,
        opened_at = m.opened_at, closed_at = m.closed_at, unit = m.unit, posts = m.posts, who = m.who, next_due = m.next_due,
        next_due_provisional = m.next_due_provisional, codes = codes || coalesce(m.codes, '{}')
     WHERE home = of_home AND id = m.id AND version = (p ->> 'seen')::integer AND head = (p ->> 'prev')::bytea;
    IF NOT FOUND THEN
        DELETE FROM matters_key WHERE home = of_home AND id = (p ->> 'key_id')::uuid;
        RETURN jsonb_build_object('status', 'conflict');
    END IF;
    PERFORM matter_rows_v1(of_home, m.id, p);
    RETURN jsonb_build_object('status', 'written', 'receipt', p -> 'receipt');
END
$$;

-- Many openings and acts of one home in one transaction, in order; answers in the same order.
-- An act that follows another act of the same matter in the list has seen that one.
CREATE FUNCTION matter_many_v1(of_home text, payloads jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p jsonb;
    answers jsonb[] := '{}';
BEGIN
    FOR p IN SELECT * FROM jsonb_array_elements(payloads) LOOP
        answers := answers || CASE WHEN p ? 'seen' THEN matter_act_v1(of_home, p) ELSE matter_open_v1(of_home, p) END;
    END LOOP;
    RETURN to_jsonb(answers);
END
$$;

-- Hands out `wanted` consecutive serials under one of the home's numbers of that year: number and first serial.
-- Null when every number given is used up.
CREATE FUNCTION reference_block_v1(of_home text, of_year integer, numbers integer[], wanted integer)
RETURNS TABLE (number integer, first integer) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    candidate integer;
BEGIN
    FOREACH candidate IN ARRAY numbers LOOP
        INSERT INTO matters_serial AS s (home, year, number, last) VALUES (of_home, of_year, candidate, wanted)
        ON CONFLICT ON CONSTRAINT matters_serial_pkey DO UPDATE SET last = s.last + wanted WHERE s.last + wanted <= 100000
        RETURNING s.number, s.last - wanted INTO number, first;
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END LOOP;
END
$$;
