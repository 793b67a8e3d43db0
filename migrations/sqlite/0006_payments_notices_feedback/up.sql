CREATE TABLE payments (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  method TEXT NOT NULL,
  amount_vnd BIGINT NOT NULL,
  state TEXT NOT NULL,
  gateway TEXT,
  gateway_txn TEXT,
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  taken_by TEXT,
  occurred_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (gateway, gateway_txn)
);
CREATE INDEX payments_dossier_id ON payments (dossier_id);
CREATE INDEX payments_agency_id ON payments (agency_id);

CREATE TABLE fee_lines (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL REFERENCES dossiers(id),
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  amount_vnd BIGINT NOT NULL,
  state TEXT NOT NULL,
  due_stage TEXT NOT NULL,
  rule TEXT NOT NULL,
  payment_id TEXT REFERENCES payments(id),
  waived_reason TEXT,
  waived_by TEXT,
  created_at TEXT NOT NULL,
  paid_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX fee_lines_dossier_id ON fee_lines (dossier_id);
CREATE INDEX fee_lines_payment_id ON fee_lines (payment_id);

CREATE TABLE notices (
  id TEXT NOT NULL,
  event TEXT NOT NULL,
  channel TEXT NOT NULL,
  account_id TEXT REFERENCES accounts(id),
  dossier_id TEXT REFERENCES dossiers(id),
  recipient TEXT,
  subject TEXT,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  job_id TEXT,
  provider TEXT,
  provider_id TEXT,
  error TEXT,
  is_demo BOOLEAN NOT NULL,
  created_at TEXT NOT NULL,
  sent_at TEXT,
  read_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX notices_account_id_channel_created_at ON notices (account_id, channel, created_at);
CREATE INDEX notices_created_at ON notices (created_at);
CREATE INDEX notices_dossier_id ON notices (dossier_id);

CREATE TABLE ratings (
  id TEXT NOT NULL,
  dossier_id TEXT NOT NULL UNIQUE REFERENCES dossiers(id),
  account_id TEXT REFERENCES accounts(id),
  score INTEGER NOT NULL,
  comment TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ratings_account_id ON ratings (account_id);
