-- Homes with something in the outbox that is due.
CREATE FUNCTION outbox_homes_v1(at_now timestamptz)
RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT home FROM matters_outbox
     WHERE done_at IS NULL AND due_at <= at_now AND (claimed_until IS NULL OR claimed_until <= at_now)
$$;

-- Takes up to `wanted` due rows of one home for `lease`. The condition stands in the update itself, so of two workers that
-- saw the same row one gets it.
CREATE FUNCTION outbox_claim_v1(of_home text, wanted integer, at_now timestamptz, lease interval)
RETURNS TABLE (id uuid, matter uuid, seq integer, n integer, kind text, payload jsonb, attempts integer)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT o.id FROM matters_outbox o
         WHERE o.home = of_home AND o.done_at IS NULL AND o.due_at <= at_now
           AND (o.claimed_until IS NULL OR o.claimed_until <= at_now)
         ORDER BY o.due_at, o.matter, o.seq, o.n LIMIT wanted),
    taken AS (
        UPDATE matters_outbox o SET claimed_until = at_now + lease, attempts = o.attempts + 1
          FROM due
         WHERE o.home = of_home AND o.id = due.id AND o.done_at IS NULL
           AND (o.claimed_until IS NULL OR o.claimed_until <= at_now)
        RETURNING o.id, o.matter, o.seq, o.n, o.kind, o.payload, o.attempts, o.due_at)
    SELECT taken.id, taken.matter, taken.seq, taken.n, taken.kind::text, taken.payload, taken.attempts
      FROM taken ORDER BY taken.due_at, taken.matter, taken.seq, taken.n
$$;

-- Done: what was handed on is not kept a second time. Only the claim that is still held may finish.
CREATE FUNCTION outbox_done_v1(of_home text, of_id uuid, at_attempt integer, at_now timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_outbox SET done_at = at_now, claimed_until = NULL, error = '', payload = payload - 'opening' - 'notices'
     WHERE home = of_home AND id = of_id AND done_at IS NULL AND attempts = at_attempt
    RETURNING true
$$;

CREATE FUNCTION outbox_failed_v1(of_home text, of_id uuid, at_attempt integer, again_at timestamptz, with_error text)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_outbox SET due_at = again_at, claimed_until = NULL, error = left(with_error, 500)
     WHERE home = of_home AND id = of_id AND done_at IS NULL AND attempts = at_attempt
    RETURNING true
$$;

-- A person lets a failed row be tried again at once.
CREATE FUNCTION outbox_again_v1(of_home text, of_id uuid, at_now timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_outbox SET due_at = at_now, claimed_until = NULL
     WHERE home = of_home AND id = of_id AND done_at IS NULL
    RETURNING true
$$;

-- Tells somebody; the key makes twice the same as once.
CREATE FUNCTION notice_write_v1(of_home text, notices jsonb)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written integer;
BEGIN
    INSERT INTO matters_notice (home, id, matter, recipient, post, text, sealed, created, key)
    SELECT of_home, id, matter, recipient, post, text, sealed, created, key
      FROM jsonb_populate_recordset(NULL::matters_notice, notices)
    ON CONFLICT (home, key) DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

-- Marks notices read, those for one post only by that post; how many were not read before.
CREATE FUNCTION notice_read_v1(of_home text, ids uuid[], tokens text[], of_post text, at_now timestamptz)
RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH done AS (
        UPDATE matters_notice SET read_at = at_now
         WHERE home = of_home AND id = ANY (ids) AND recipient = ANY (tokens) AND post IN ('', of_post) AND read_at IS NULL
        RETURNING 1)
    SELECT count(*)::integer FROM done
$$;

-- Homes in which a clock ran out that was not acted upon yet, and those clocks of one home.
CREATE FUNCTION clocks_homes_v1(at_now timestamptz)
RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT home FROM matters_clock WHERE status = 'running' AND alerted_at IS NULL AND due < at_now
$$;

CREATE FUNCTION clocks_due_v1(of_home text, at_now timestamptz, wanted integer)
RETURNS TABLE (matter uuid, name text, due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.matter, c.name::text, c.due FROM matters_clock c
     WHERE c.home = of_home AND c.status = 'running' AND c.alerted_at IS NULL AND c.due < at_now
     ORDER BY c.due LIMIT wanted
$$;

-- Running out was looked at and led to nothing (the procedure has no use for it in this state): not asked again.
CREATE FUNCTION clock_alerted_v1(of_home text, of_matter uuid, of_name text, of_due timestamptz, at_now timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_clock SET alerted_at = at_now
     WHERE home = of_home AND matter = of_matter AND name = of_name AND due = of_due AND alerted_at IS NULL
    RETURNING true
$$;

CREATE FUNCTION seal_homes_v1()
RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT home FROM matters_sealed WHERE root IS NULL
$$;

-- Events of a home that wait for a root, oldest first, and the head they will hang on.
CREATE FUNCTION seal_waiting_v1(of_home text, wanted integer)
RETURNS TABLE (id uuid, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.hash
      FROM (SELECT s.id FROM matters_sealed s WHERE s.home = of_home AND s.root IS NULL ORDER BY s.id LIMIT wanted) s
      JOIN matters_event e ON e.home = of_home AND e.id = s.id
     ORDER BY e.id
$$;

-- Writes one root over `events`, in that order. False when another worker sealed first.
CREATE FUNCTION seal_write_v1(of_home text, of_number integer, root jsonb, events uuid[])
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r matters_root;
    placed integer;
BEGIN
    SELECT * INTO r FROM jsonb_populate_record(NULL::matters_root, root);
    INSERT INTO matters_root (home, id, number, size, tree_root, previous, head, sealed_at)
    VALUES (of_home, r.id, of_number, r.size, r.tree_root, r.previous, r.head, r.sealed_at)
    ON CONFLICT (home, number) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE matters_sealed s SET root = of_number, position = listed.place - 1
      FROM unnest(events) WITH ORDINALITY AS listed (event, place)
     WHERE s.home = of_home AND s.id = listed.event AND s.root IS NULL;
    GET DIAGNOSTICS placed = ROW_COUNT;
    IF placed <> r.size THEN
        RAISE EXCEPTION 'root % of % covers % events but % were free', of_number, of_home, r.size, placed;
    END IF;
    RETURN true;
END
$$;

-- A member of staff opened a matter with personal content.
CREATE FUNCTION access_log_v1(of_home text, entry jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO matters_access_log (home, id, matter, principal, unit, post, purpose, fields, at)
    SELECT of_home, id, matter, principal, unit, post, purpose, fields, at
      FROM jsonb_populate_record(NULL::matters_access_log, entry)
$$;

-- Somebody read a line about each of several matters in a list. The same reader's later looks within a day add nothing.
CREATE FUNCTION access_log_list_v1(of_home text, entries jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO matters_access_log (home, id, matter, principal, unit, post, purpose, fields, at)
    SELECT of_home, e.id, e.matter, e.principal, e.unit, e.post, e.purpose, e.fields, e.at
      FROM jsonb_populate_recordset(NULL::matters_access_log, entries) e
     WHERE NOT EXISTS (
            SELECT FROM matters_access_log l
             WHERE l.home = of_home AND l.matter = e.matter AND l.at > e.at - interval '1 day'
               AND l.principal = e.principal AND l.unit = e.unit AND l.post = e.post AND l.fields @> e.fields)
$$;
