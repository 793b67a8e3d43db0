CREATE TABLE blobs (
  hash TEXT NOT NULL,
  size BIGINT NOT NULL,
  mime TEXT NOT NULL,
  scan_state TEXT NOT NULL,
  scanned_at TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (hash)
);

CREATE TABLE documents (
  id TEXT NOT NULL,
  owner_account TEXT REFERENCES accounts(id),
  dossier_id TEXT REFERENCES dossiers(id),
  paper_code TEXT,
  blob_hash TEXT NOT NULL REFERENCES blobs(hash),
  file_name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL,
  source TEXT NOT NULL,
  supplement_id TEXT REFERENCES supplement_requests(id),
  result_id TEXT,
  added_by TEXT,
  note TEXT,
  occurred_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  removed_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX documents_owner_account ON documents (owner_account);
CREATE INDEX documents_dossier_id ON documents (dossier_id);
CREATE INDEX documents_blob_hash ON documents (blob_hash);
CREATE INDEX documents_supplement_id ON documents (supplement_id);

CREATE TABLE papers (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  kind TEXT NOT NULL,
  event_id TEXT,
  data TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  blob_hash TEXT REFERENCES blobs(hash),
  created_at TEXT NOT NULL,
  rendered_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX papers_dossier_id_kind ON papers (dossier_id, kind);
CREATE INDEX papers_blob_hash ON papers (blob_hash);

CREATE TABLE results (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  owner_account TEXT REFERENCES accounts(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  number TEXT,
  template TEXT NOT NULL,
  data TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  blob_hash TEXT REFERENCES blobs(hash),
  signatures_needed INTEGER NOT NULL,
  issued_at TEXT NOT NULL,
  signed_at TEXT,
  handed_over_at TEXT,
  revoked_at TEXT,
  revoked_reason TEXT,
  revoked_by TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX results_dossier_id ON results (dossier_id);
CREATE INDEX results_owner_account ON results (owner_account);
CREATE INDEX results_agency_id ON results (agency_id);
CREATE INDEX results_blob_hash ON results (blob_hash);

CREATE TABLE signatures (
  result_id TEXT NOT NULL REFERENCES results(id),
  position INTEGER NOT NULL,
  account_id TEXT,
  signer_name TEXT NOT NULL,
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  certificate TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  PRIMARY KEY (result_id, position)
);
CREATE INDEX signatures_agency_id ON signatures (agency_id);

CREATE TABLE agency_keys (
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  pkcs12_enc TEXT NOT NULL,
  subject TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  is_demo BOOLEAN NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (agency_id)
);

CREATE TABLE result_numbers (
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  book TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (agency_id, book, year)
);
