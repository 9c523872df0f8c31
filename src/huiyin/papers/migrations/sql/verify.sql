-- Whether a printed sheet is genuine, asked by anybody who holds it: by the first 80 bits of the hash of its text.
-- The answer holds nothing of what the paper says, nobody's name and no number of a matter.
CREATE INDEX papers_by_code ON matters_paper (left(hash, 20));

-- Wrong codes by asker: after ten, each further wrong one must wait twice as long. A genuine code is always answered: nobody guesses
-- 80 bits, and behind one gateway everybody is the same asker. The asker is a keyed hash of one day, never an address.
CREATE TABLE papers_guess (client text PRIMARY KEY, tries integer NOT NULL, last_at timestamptz NOT NULL);
ALTER TABLE papers_guess ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON papers_guess TO CURRENT_USER USING (true) WITH CHECK (true);
REVOKE ALL ON papers_guess FROM PUBLIC, huiyin_app;

CREATE FUNCTION papers_verify_v1(code text, of_client text, at_now timestamptz)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    past papers_guess;
    wait double precision;
BEGIN
    SELECT jsonb_build_object(
               'paper', p.name, 'hash', p.hash, 'procedure', m.procedure, 'procedure_version', m.procedure_version,
               'unit', m.body -> 'units' ->> 'host', 'unit_name', m.body -> 'unit_names' ->> 'host',
               'erased', p.erased_at IS NOT NULL, 'printed_at', i -> 'printed_at', 'effective_at', i -> 'effective_at',
               'voided', i -> 'voided',
               -- Printed anew because of a correction; any other later issue (the record of the next session) stands beside this one.
               'corrected', EXISTS (SELECT FROM jsonb_array_elements(m.body -> 'papers' -> p.name) q
                                     WHERE (q ->> 'corrects')::integer = p.number),
               'later', EXISTS (SELECT FROM matters_paper q
                                 WHERE q.home = p.home AND q.matter = p.matter AND q.name = p.name AND q.number > p.number),
               'signed', coalesce((SELECT jsonb_agg(jsonb_build_object('method', s -> 'method', 'at', s -> 'at', 'scan', s ? 'scan'))
                                     FROM jsonb_array_elements(i -> 'signatures') s), '[]'),
               'sealed', CASE WHEN jsonb_typeof(i -> 'sealed') = 'object'
                              THEN jsonb_build_object('method', i -> 'sealed' -> 'method', 'at', i -> 'sealed' -> 'at',
                                                      'scan', (i -> 'sealed') ? 'scan') END)
      INTO found
      FROM matters_paper p
      JOIN matters_matter m ON m.home = p.home AND m.id = p.matter
      CROSS JOIN LATERAL jsonb_array_elements(m.body -> 'papers' -> p.name) i
     WHERE left(p.hash, 20) = code AND (i ->> 'number')::integer = p.number;
    IF found IS NOT NULL THEN
        RETURN found;
    END IF;
    SELECT * INTO past FROM papers_guess WHERE client = of_client;
    IF past.tries >= 10 THEN
        wait := extract(epoch FROM past.last_at - at_now) + least(900, 2 ^ least(past.tries - 10, 10));
        IF wait > 0 THEN
            RETURN jsonb_build_object('wait', ceil(wait));
        END IF;
    END IF;
    DELETE FROM papers_guess WHERE last_at < at_now - interval '1 day';
    INSERT INTO papers_guess AS g (client, tries, last_at) VALUES (of_client, 1, at_now)
        ON CONFLICT (client) DO UPDATE SET tries = g.tries + 1, last_at = at_now;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION papers_verify_v1(text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION papers_verify_v1(text, text, timestamptz) TO huiyin_app;
