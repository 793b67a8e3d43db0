ALTER TABLE procedures DROP COLUMN summary;
