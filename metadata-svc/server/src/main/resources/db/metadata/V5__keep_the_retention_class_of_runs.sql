-- How long the points of a run's metrics are kept: what its experiment's tag fourfold.retentionClass said when the run was
-- created. Null is the default, and what all runs from before have.
ALTER TABLE runs ADD COLUMN retention_class text COLLATE "C";
