CREATE TABLE blobs (
  hash TEXT NOT NULL,
  size BIGINT NOT NULL,
  mime TEXT NOT NULL,
  scan_state TEXT NOT NULL,
  scanned_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (hash)
);

CREATE TABLE documents (
  id UUID NOT NULL,
  owner_account UUID REFERENCES accounts(id),
  dossier_id UUID REFERENCES dossiers(id),
  paper_code TEXT,
  blob_hash TEXT NOT NULL REFERENCES blobs(hash),
  file_name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL,
  source TEXT NOT NULL,
  supplement_id UUID REFERENCES supplement_requests(id),
  result_id UUID,
  added_by UUID,
  note TEXT,
  occurred_at TIMESTAMPTZ NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL,
  removed_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX documents_owner_account ON documents (owner_account);
CREATE INDEX documents_dossier_id ON documents (dossier_id);
CREATE INDEX documents_blob_hash ON documents (blob_hash);
CREATE INDEX documents_supplement_id ON documents (supplement_id);

CREATE TABLE papers (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  kind TEXT NOT NULL,
  event_id UUID,
  data JSONB NOT NULL,
  token TEXT NOT NULL UNIQUE,
  blob_hash TEXT REFERENCES blobs(hash),
  created_at TIMESTAMPTZ NOT NULL,
  rendered_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX papers_dossier_id_kind ON papers (dossier_id, kind);
CREATE INDEX papers_blob_hash ON papers (blob_hash);

CREATE TABLE results (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  owner_account UUID REFERENCES accounts(id),
  agency_id UUID NOT NULL REFERENCES agencies(id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  number TEXT,
  template TEXT NOT NULL,
  data JSONB NOT NULL,
  token TEXT NOT NULL UNIQUE,
  blob_hash TEXT REFERENCES blobs(hash),
  signatures_needed INTEGER NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  signed_at TIMESTAMPTZ,
  handed_over_at TIMESTAMPTZ,
  revoked_at TIMESTAMPTZ,
  revoked_reason TEXT,
  revoked_by UUID,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX results_dossier_id ON results (dossier_id);
CREATE INDEX results_owner_account ON results (owner_account);
CREATE INDEX results_agency_id ON results (agency_id);
CREATE INDEX results_blob_hash ON results (blob_hash);

CREATE TABLE signatures (
  result_id UUID NOT NULL REFERENCES results(id),
  position INTEGER NOT NULL,
  account_id UUID,
  signer_name TEXT NOT NULL,
  agency_id UUID NOT NULL REFERENCES agencies(id),
  certificate TEXT NOT NULL,
  signed_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (result_id, position)
);
CREATE INDEX signatures_agency_id ON signatures (agency_id);

CREATE TABLE agency_keys (
  agency_id UUID NOT NULL REFERENCES agencies(id),
  pkcs12_enc TEXT NOT NULL,
  subject TEXT NOT NULL,
  valid_from TIMESTAMPTZ NOT NULL,
  valid_to TIMESTAMPTZ NOT NULL,
  is_demo BOOLEAN NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (agency_id)
);

CREATE TABLE result_numbers (
  agency_id UUID NOT NULL REFERENCES agencies(id),
  book TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (agency_id, book, year)
);
