CREATE TABLE received_papers (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  paper_code TEXT NOT NULL,
  originals INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  received_by TEXT,
  received_at TEXT NOT NULL,
  PRIMARY KEY (dossier_id, paper_code)
);
