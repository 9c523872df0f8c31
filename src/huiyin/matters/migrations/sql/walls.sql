-- The second wall. FORCE binds the owner too; its own policy lets it pass, so that functions, audit and backup see all.
-- A row is seen by whoever has one of the tokens that matters_access lists for its matter, or the token `system`. An auditor
-- sees the history (events, clocks, seals, who read), not what people said.
-- `huiyin.tokens` is set LOCAL only; without it the array is null and nothing matches.
DO $$
DECLARE
    name text;
    tokens constant text := '(SELECT string_to_array(nullif(current_setting(''huiyin.tokens'', true), ''''), chr(31)))::text[]';
    own constant text := format('''system'' = ANY (%s) OR EXISTS (SELECT FROM matters_access a WHERE a.home = %%1$I.home'
        ' AND a.matter = %%1$I.%%2$I AND (a.kind || '':'' || a.principal) = ANY (%s))', tokens, tokens);
    sealed constant text := format('%%1$I.readers IS NULL OR %%1$I.readers && %s::varchar[] OR ''system'' = ANY (%s)',
        tokens, tokens);
    system_only constant text := format('''system'' = ANY (%s)', tokens);
    condition text;
BEGIN
    FOREACH name IN ARRAY ARRAY['parties_party', 'matters_matter', 'matters_event', 'matters_content', 'matters_paper',
        'matters_clock', 'matters_task', 'matters_outbox', 'matters_notice', 'matters_access', 'matters_key', 'matters_root',
        'matters_sealed', 'matters_access_log', 'matters_serial', 'matters_tries', 'matters_order', 'matters_order_line', 'matters_search']
    LOOP
        condition := CASE
            WHEN name = 'matters_matter' THEN format(own, name, 'id')
            WHEN name = 'matters_event'
                THEN format('''auditor'' = ANY (%s) OR (%s) AND (%s)', tokens, format(own, name, 'matter'), format(sealed, name))
            WHEN name IN ('matters_content', 'matters_paper')
                THEN format('(%s) AND (%s)', format(own, name, 'matter'), format(sealed, name))
            WHEN name = 'matters_notice' THEN format('recipient = ANY (%s) OR %s', tokens, system_only)
            WHEN name = 'matters_access' THEN format('(kind || '':'' || principal) = ANY (%s) OR %s', tokens, system_only)
            WHEN name IN ('matters_outbox', 'matters_key', 'matters_serial', 'matters_tries', 'matters_search', 'matters_order_line')
                THEN system_only
            WHEN name IN ('matters_root', 'matters_order') THEN 'true'
            WHEN name IN ('matters_sealed', 'matters_access_log', 'matters_clock')
                THEN format('''auditor'' = ANY (%s) OR %s', tokens, format(own, name, 'matter'))
            ELSE format(own, name, 'matter')
        END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_all ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY app_reads ON %I FOR SELECT TO huiyin_app USING (%s)', name, condition);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, huiyin_app', name);
        EXECUTE format('GRANT SELECT ON %I TO huiyin_app', name);
    END LOOP;
END
$$;
