-- Who gets into a class: whether its code lets anybody in, and how many it holds.

-- A code that is closed leads nowhere: it is not in system.codes, and stays the class's own.
ALTER TABLE classes ADD COLUMN code_open boolean NOT NULL DEFAULT true;
-- More learners than these no class of the org takes by its code.
ALTER TABLE orgs ADD COLUMN class_size integer NOT NULL DEFAULT 60
CHECK (class_size BETWEEN 1 AND 2000);
