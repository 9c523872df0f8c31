-- Keys carry the home, rows are seen with their matter, and the one door through which a file is entered.
ALTER TABLE papers_file DROP CONSTRAINT papers_file_pkey;
ALTER TABLE papers_file ADD PRIMARY KEY (home, id);
CREATE INDEX papers_file_matter ON papers_file (home, matter, stored_at);
ALTER TABLE papers_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON papers_file TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY app_reads ON papers_file FOR SELECT TO huiyin_app USING (
    'system' = ANY (string_to_array(nullif(current_setting('huiyin.tokens', true), ''), chr(31)))
    OR EXISTS (SELECT FROM matters_access a
                WHERE a.home = papers_file.home AND a.matter = papers_file.matter
                  AND (a.kind || ':' || a.principal) = ANY (string_to_array(nullif(current_setting('huiyin.tokens', true), ''), chr(31)))));
REVOKE ALL ON papers_file FROM PUBLIC, huiyin_app;
GRANT SELECT ON papers_file TO huiyin_app;

-- Answers false for a matter the tokens do not reach, exactly as for one that does not exist.
CREATE FUNCTION papers_file_add_v1(of_home text, of_matter uuid, tokens text[], file jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT ('system' = ANY (tokens) OR EXISTS (
            SELECT FROM matters_access a
             WHERE a.home = of_home AND a.matter = of_matter AND (a.kind || ':' || a.principal) = ANY (tokens))) THEN
        RETURN false;
    END IF;
    INSERT INTO papers_file (home, id, matter, name, kind, size, sha256, scan, stored_at, stored_by)
    VALUES (of_home, (file ->> 'id')::uuid, of_matter, file ->> 'name', file ->> 'kind', (file ->> 'size')::bigint,
            file ->> 'sha256', 'not_scanned', (file ->> 'stored_at')::timestamptz, file ->> 'stored_by');
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION papers_file_add_v1(text, uuid, text[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION papers_file_add_v1(text, uuid, text[], jsonb) TO huiyin_app;
