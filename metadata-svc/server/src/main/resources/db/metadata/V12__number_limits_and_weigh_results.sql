-- Versions of limits. From one sequence, so that those of a namespace that was deleted and made again are newer than before.
CREATE SEQUENCE state_versions AS bigint CACHE 1;

SELECT setval('state_versions', 1 + coalesce(max(version), 0)) FROM state_namespaces;

-- From the moment that a list is being removed it counts as gone, but for its name; its items go in portions.
ALTER TABLE work_lists ADD COLUMN removing boolean NOT NULL DEFAULT false;

-- What the results of a list weigh, in several parts, so that who completes an item seldom waits for who completes another.
CREATE TABLE work_results (
    list_pk bigint NOT NULL REFERENCES work_lists ON DELETE CASCADE,
    part    smallint NOT NULL,
    bytes   bigint NOT NULL,
    PRIMARY KEY (list_pk, part)
) WITH (fillfactor = 50);

INSERT INTO work_results (list_pk, part, bytes)
SELECT list_pk, 0, sum(octet_length(result)) FROM work_items WHERE result IS NOT NULL GROUP BY list_pk;
