CREATE TABLE received_papers (
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  paper_code TEXT NOT NULL,
  originals INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  received_by UUID,
  received_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (dossier_id, paper_code)
);
