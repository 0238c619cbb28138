-- The batch that wrote a learner's state before the last one did; `version` is that one's mark. A
-- batch writes where the version is still the one that it knows.
ALTER TABLE reward_states ADD COLUMN was bigint NOT NULL DEFAULT 0;
