ALTER TABLE results DROP COLUMN seal_only;
