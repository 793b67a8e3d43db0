CREATE TABLE exemption_claims (
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  exemption TEXT NOT NULL,
  name JSONB NOT NULL,
  paper_code TEXT,
  fees JSONB NOT NULL,
  state TEXT NOT NULL,
  claimed_at TIMESTAMPTZ NOT NULL,
  decided_at TIMESTAMPTZ,
  decided_by UUID,
  decided_name TEXT,
  reason TEXT,
  PRIMARY KEY (dossier_id, exemption)
);
