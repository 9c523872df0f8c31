-- One round trip for the moment before an act: the body, its version and head, and what the key already got, if anything.
-- Answers null for a matter the tokens do not reach, exactly as for one that does not exist.
CREATE FUNCTION matter_snapshot_v1(of_home text, of_matter uuid, tokens text[], with_key text DEFAULT NULL)
RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'body', m.body, 'version', m.version, 'head', encode(m.head, 'hex'), 'posts', m.posts, 'unit', m.unit, 'holder', m.holder,
        'parent_key', m.parent_key, 'codes', m.codes,
        'known', (SELECT jsonb_build_object('body_hash', k.body_hash, 'receipt', CASE WHEN k.matter = of_matter THEN k.receipt END)
                    FROM matters_key k WHERE k.home = of_home AND k.key = with_key))
      FROM matters_matter m
     WHERE m.home = of_home AND m.id = of_matter
       AND ('system' = ANY (tokens) OR EXISTS (
            SELECT FROM matters_access a
             WHERE a.home = of_home AND a.matter = of_matter AND (a.kind || ':' || a.principal) = ANY (tokens)))
$$;

-- What a key got before, for an opening that would be refused today.
CREATE FUNCTION matter_known_v1(of_home text, with_key text, with_body_hash text)
RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('status', CASE WHEN body_hash = with_body_hash THEN 'known' ELSE 'mismatch' END,
                              'receipt', CASE WHEN body_hash = with_body_hash THEN receipt END)
      FROM matters_key WHERE home = of_home AND key = with_key
$$;

-- Reference and code together open a matter to the party whose code it is. After five wrong codes each further try must wait twice as long.
CREATE FUNCTION matter_find_v1(of_home text, of_reference text, with_code_hash text, at_now timestamptz)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_id uuid;
    found_codes jsonb;
    found_party text;
    past matters_tries;
    wait double precision;
BEGIN
    SELECT id, codes INTO found_id, found_codes
      FROM matters_matter WHERE home = of_home AND reference = of_reference;
    IF found_id IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO matters_tries AS t (home, matter, tries, last_at) VALUES (of_home, found_id, 0, at_now)
        ON CONFLICT (home, matter) DO UPDATE SET tries = t.tries RETURNING * INTO past;
    IF past.tries >= 5 THEN
        wait := extract(epoch FROM past.last_at - at_now) + least(3600, 2 ^ least(past.tries - 5, 12));
        IF wait > 0 THEN
            RETURN jsonb_build_object('wait', ceil(wait));
        END IF;
    END IF;
    SELECT c.key INTO found_party FROM jsonb_each_text(found_codes) c WHERE c.value = with_code_hash;
    IF FOUND THEN
        UPDATE matters_tries SET tries = 0, last_at = at_now WHERE home = of_home AND matter = found_id;
        RETURN jsonb_build_object('matter', found_id, 'party', found_party);
    END IF;
    UPDATE matters_tries SET tries = past.tries + 1, last_at = at_now WHERE home = of_home AND matter = found_id;
    RETURN NULL;
END
$$;

-- Matters that hold all of `wanted`, newest first, for these tokens only, from (after_at, after) on. Text search loses its index under row
-- security, so it is done here and filtered here. What it finds are candidates: the caller shows a matter only when the words stand
-- in what its reader may see.
CREATE FUNCTION matter_search_v1(tokens text[], wanted text[], after_at timestamptz, after uuid, most integer)
RETURNS TABLE (home text, matter uuid, opened_at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH found AS MATERIALIZED (
        SELECT s.home, s.matter FROM matters_search s
         WHERE s.words @@ (SELECT string_agg(quote_literal(w), ' & ') FROM unnest(wanted) w)::tsquery)
    SELECT f.home::text, f.matter, m.opened_at FROM found f JOIN matters_matter m ON m.home = f.home AND m.id = f.matter
     WHERE (after IS NULL OR (m.opened_at, f.matter) < (after_at, after))
       AND ('system' = ANY (tokens) OR EXISTS (
            SELECT FROM matters_access a
             WHERE a.home = f.home AND a.matter = f.matter AND (a.kind || ':' || a.principal) = ANY (tokens)))
     ORDER BY m.opened_at DESC, f.matter DESC LIMIT most
$$;
