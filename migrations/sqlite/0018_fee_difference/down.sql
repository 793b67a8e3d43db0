DROP INDEX fee_lines_over_vnd;
ALTER TABLE fee_lines DROP COLUMN over_vnd;
