-- Django makes single-column keys; the record is keyed by (home, id) so that its tables can be distributed by home.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['parties_party', 'matters_matter', 'matters_event', 'matters_content', 'matters_paper',
        'matters_clock', 'matters_task', 'matters_outbox', 'matters_notice', 'matters_access', 'matters_key', 'matters_root',
        'matters_sealed', 'matters_access_log', 'matters_order_line']
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I, ADD PRIMARY KEY (home, id)', name, name || '_pkey');
    END LOOP;
END
$$;

-- Serial numbers of references, handed out in blocks. A lost block leaves a gap and harms nobody.
CREATE TABLE matters_serial (
    home varchar(6) NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    last integer NOT NULL CHECK (last BETWEEN 0 AND 100000),
    PRIMARY KEY (home, year, number)
);

-- Wrong codes typed for one matter, to slow down whoever guesses.
CREATE TABLE matters_tries (
    home varchar(6) NOT NULL,
    matter uuid NOT NULL,
    tries integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (home, matter)
);

-- What a matter is found by (`core.search`). A table of its own, so that finding never reads the matters themselves.
CREATE TABLE matters_search (
    home varchar(6) NOT NULL,
    matter uuid NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (home, matter)
);
CREATE INDEX matters_search_words ON matters_search USING gin (words);

-- Row security asks by token; without this it would read the whole table for a reader of many matters.
CREATE INDEX matters_access_token ON matters_access ((kind || ':' || principal), home, matter);
