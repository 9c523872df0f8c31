-- The functions are the only way the application writes. The helpers without a door of their own stay closed.
DO $$
DECLARE
    door regprocedure;
BEGIN
    FOR door IN SELECT oid::regprocedure FROM pg_proc
                 WHERE pronamespace = 'public'::regnamespace AND proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                   AND proname ~ '^(matter|reference|outbox|notice|clock|clocks|seal|access|order)_[a-z_]*v[0-9]+$'
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
        IF door::text !~ '^matter_(rows|answer)_v' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO huiyin_app', door);
        END IF;
    END LOOP;
END
$$;
