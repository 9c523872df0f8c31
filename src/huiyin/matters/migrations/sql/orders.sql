-- An order that is prepared, or one that is decided at once.
CREATE FUNCTION order_write_v1(decision jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO matters_order (id, kind, basis, text, decided_by, at, prepared_by, prepared_at, counted_with)
    SELECT id, kind, coalesce(basis, ''), coalesce(text, '{}'), coalesce(decided_by, ''), at, coalesce(prepared_by, ''), prepared_at,
           coalesce(counted_with, '')
      FROM jsonb_populate_record(NULL::matters_order, decision)
$$;

-- What an order would move, a part at a time; the first part clears what a run that died had written. Closed once it is decided.
CREATE FUNCTION order_lines_v1(of_order uuid, lines jsonb, first boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM matters_order WHERE id = of_order AND at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % is decided or was never prepared', of_order;
    END IF;
    IF first THEN
        DELETE FROM matters_order_line WHERE "order" = of_order;
        UPDATE matters_order SET tally = NULL WHERE id = of_order;
    END IF;
    INSERT INTO matters_order_line (home, id, "order", matter, reference, unit, procedure, clock, label, rule, change,
                                    old_due, new_due, old_provisional, new_provisional, outcome)
    SELECT home, id, of_order, matter, reference, unit, procedure, clock, label, rule, change,
           old_due, new_due, old_provisional, new_provisional, ''
      FROM jsonb_populate_recordset(NULL::matters_order_line, lines)
    ON CONFLICT (home, "order", matter, clock) DO NOTHING;
END
$$;

CREATE FUNCTION order_counted_v1(of_order uuid, with_tally jsonb)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_order SET tally = with_tally WHERE id = of_order AND at IS NULL RETURNING true
$$;

-- An order nobody decided is thrown away whole.
CREATE FUNCTION order_drop_v1(of_order uuid)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM matters_order WHERE id = of_order AND at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM matters_order_line WHERE "order" = of_order;
    RETURN true;
END
$$;

-- The decision, once: who is later decides nothing.
CREATE FUNCTION order_decide_v1(of_order uuid, decision jsonb)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_order o SET basis = d.basis, text = d.text, decided_by = d.decided_by, at = d.at
      FROM jsonb_populate_record(NULL::matters_order, decision) d
     WHERE o.id = of_order AND o.at IS NULL AND o.tally IS NOT NULL
    RETURNING true
$$;

-- What came of some of its lines; the first word stands.
CREATE FUNCTION order_outcomes_v1(of_order uuid, of_home text, outcomes jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_order_line l SET outcome = d.outcome, done_due = d.done_due, why = d.why
      FROM jsonb_populate_recordset(NULL::matters_order_line, outcomes) d
     WHERE l."order" = of_order AND l.home = of_home AND l.matter = d.matter AND l.clock = d.clock AND l.outcome = ''
$$;

CREATE FUNCTION order_finish_v1(of_order uuid, with_report jsonb, at_now timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE matters_order SET report = with_report, finished_at = at_now
     WHERE id = of_order AND at IS NOT NULL AND finished_at IS NULL
    RETURNING true
$$;

-- Many matters of one home at once, as the system sees them before an act of its own: see `matter_snapshot_v1`.
CREATE FUNCTION order_snapshots_v1(of_home text, of_order uuid, matters uuid[], tokens text[])
RETURNS TABLE (matter uuid, body text, version integer, head text, known integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.id, m.body::text, m.version, encode(m.head, 'hex'),
           (SELECT k.seq FROM matters_key k WHERE k.home = of_home AND k.key = 'order:' || of_order || ':' || m.id)
      FROM matters_matter m WHERE m.home = of_home AND m.id = ANY (matters) AND 'system' = ANY (tokens)
$$;
