ALTER TABLE blobs DROP COLUMN unreferenced_since;
