ALTER TABLE payments ADD COLUMN reference TEXT;
ALTER TABLE payments ADD COLUMN begun_by UUID;
ALTER TABLE payments ADD COLUMN begun_at TIMESTAMPTZ;
ALTER TABLE payments ADD COLUMN expires_at TIMESTAMPTZ;
ALTER TABLE payments ADD COLUMN ask_at TIMESTAMPTZ;
ALTER TABLE payments ADD COLUMN returned_at TIMESTAMPTZ;
ALTER TABLE payments ADD COLUMN ordered JSONB;
ALTER TABLE payments ADD COLUMN last_code TEXT;
ALTER TABLE payments ADD COLUMN applied_vnd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN refunded_vnd BIGINT NOT NULL DEFAULT 0;
UPDATE payments SET applied_vnd = amount_vnd WHERE state = 'paid';
CREATE UNIQUE INDEX payments_reference ON payments (reference);
CREATE INDEX payments_ask_at ON payments (ask_at);

CREATE TABLE payment_lines (
  payment_id UUID NOT NULL REFERENCES payments(id),
  fee_id UUID NOT NULL REFERENCES fee_lines(id),
  amount_vnd BIGINT NOT NULL,
  PRIMARY KEY (payment_id, fee_id)
);
CREATE INDEX payment_lines_fee_id ON payment_lines (fee_id);
INSERT INTO payment_lines (payment_id, fee_id, amount_vnd)
  SELECT payment_id, id, amount_vnd FROM fee_lines WHERE payment_id IS NOT NULL;

CREATE TABLE payment_notices (
  id UUID NOT NULL,
  gateway TEXT NOT NULL,
  kind TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  payment_id UUID REFERENCES payments(id),
  reference TEXT,
  gateway_txn TEXT,
  amount_vnd BIGINT,
  verdict TEXT NOT NULL,
  body TEXT NOT NULL,
  times BIGINT NOT NULL,
  first_at TIMESTAMPTZ NOT NULL,
  last_at TIMESTAMPTZ NOT NULL,
  is_held BOOLEAN NOT NULL,
  settled_by UUID,
  settled_at TIMESTAMPTZ,
  settlement TEXT,
  PRIMARY KEY (id),
  UNIQUE (gateway, kind, fingerprint)
);
CREATE INDEX payment_notices_payment_id ON payment_notices (payment_id);
CREATE INDEX payment_notices_is_held_first_at ON payment_notices (is_held, first_at);

CREATE TABLE receipt_books (
  agency_id UUID NOT NULL REFERENCES agencies(id),
  template TEXT NOT NULL,
  series TEXT NOT NULL,
  last_number BIGINT NOT NULL,
  PRIMARY KEY (agency_id, template, series)
);

CREATE TABLE receipts (
  payment_id UUID NOT NULL REFERENCES payments(id),
  agency_id UUID NOT NULL REFERENCES agencies(id),
  template TEXT NOT NULL,
  series TEXT NOT NULL,
  number BIGINT NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  paper_id UUID NOT NULL REFERENCES papers(id),
  total_vnd BIGINT NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  xml TEXT,
  certificate TEXT,
  PRIMARY KEY (payment_id),
  UNIQUE (agency_id, template, series, number)
);
CREATE INDEX receipts_dossier_id ON receipts (dossier_id);
CREATE INDEX receipts_paper_id ON receipts (paper_id);
CREATE INDEX receipts_agency_id_issued_at ON receipts (agency_id, issued_at);

ALTER TABLE agencies ADD COLUMN tax_code TEXT;
ALTER TABLE agencies ADD COLUMN bank_bin TEXT;
ALTER TABLE agencies ADD COLUMN bank_account TEXT;
ALTER TABLE agencies ADD COLUMN bank_holder TEXT;
