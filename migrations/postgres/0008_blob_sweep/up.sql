ALTER TABLE blobs ADD COLUMN unreferenced_since TIMESTAMPTZ;
