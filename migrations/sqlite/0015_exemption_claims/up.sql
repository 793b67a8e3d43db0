CREATE TABLE exemption_claims (
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  exemption TEXT NOT NULL,
  name TEXT NOT NULL,
  paper_code TEXT,
  fees TEXT NOT NULL,
  state TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  decided_at TEXT,
  decided_by TEXT,
  decided_name TEXT,
  reason TEXT,
  PRIMARY KEY (dossier_id, exemption)
);
