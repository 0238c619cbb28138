-- What a learner is told at once is one row: `told` holds the outcomes in order, `seq` numbers the
-- last of them, and `time` is that of the newest.
ALTER TABLE outcomes ADD COLUMN told json;
SELECT set_config(
    'tihi.orgs', coalesce('{' || string_agg(org_id::text, ',') || '}', '{}'), true
) FROM system.orgs;
UPDATE outcomes SET told = json_build_array(json_build_object(
    'type', type, 'time', time, 'cause', cause, 'context', context, 'data', data
));
ALTER TABLE outcomes ALTER COLUMN told SET NOT NULL;
ALTER TABLE outcomes
DROP COLUMN type, DROP COLUMN cause, DROP COLUMN context, DROP COLUMN data;
