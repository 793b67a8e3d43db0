CREATE TABLE payments (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  method TEXT NOT NULL,
  amount_vnd BIGINT NOT NULL,
  state TEXT NOT NULL,
  gateway TEXT,
  gateway_txn TEXT,
  agency_id UUID NOT NULL REFERENCES agencies(id),
  taken_by UUID,
  occurred_at TIMESTAMPTZ NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (gateway, gateway_txn)
);
CREATE INDEX payments_dossier_id ON payments (dossier_id);
CREATE INDEX payments_agency_id ON payments (agency_id);

CREATE TABLE fee_lines (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  amount_vnd BIGINT NOT NULL,
  state TEXT NOT NULL,
  due_stage TEXT NOT NULL,
  rule JSONB NOT NULL,
  payment_id UUID REFERENCES payments(id),
  waived_reason TEXT,
  waived_by UUID,
  created_at TIMESTAMPTZ NOT NULL,
  paid_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX fee_lines_dossier_id ON fee_lines (dossier_id);
CREATE INDEX fee_lines_payment_id ON fee_lines (payment_id);

CREATE TABLE notices (
  id UUID NOT NULL,
  event TEXT NOT NULL,
  channel TEXT NOT NULL,
  account_id UUID REFERENCES accounts(id),
  dossier_id UUID REFERENCES dossiers(id),
  recipient TEXT,
  subject TEXT,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  job_id UUID,
  provider TEXT,
  provider_id TEXT,
  error TEXT,
  is_demo BOOLEAN NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  sent_at TIMESTAMPTZ,
  read_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX notices_account_id_channel_created_at ON notices (account_id, channel, created_at);
CREATE INDEX notices_created_at ON notices (created_at);
CREATE INDEX notices_dossier_id ON notices (dossier_id);

CREATE TABLE ratings (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL UNIQUE REFERENCES dossiers(id),
  account_id UUID REFERENCES accounts(id),
  score INTEGER NOT NULL,
  comment TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ratings_account_id ON ratings (account_id);
