ALTER TABLE procedures ADD COLUMN summary jsonb NOT NULL DEFAULT '{}';
