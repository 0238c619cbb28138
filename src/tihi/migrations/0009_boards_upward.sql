-- A class whose boards show its learners nobody but their neighbours above (P15).
ALTER TABLE classes ADD COLUMN boards_upward boolean NOT NULL DEFAULT false;
