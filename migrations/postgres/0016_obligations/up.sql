CREATE TABLE obligation_notices (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  number TEXT NOT NULL,
  issued_on DATE NOT NULL,
  issuer TEXT NOT NULL,
  due_on DATE NOT NULL,
  collected_by TEXT NOT NULL,
  account TEXT,
  document_id UUID REFERENCES documents(id),
  reminded_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX obligation_notices_dossier_id ON obligation_notices (dossier_id);
CREATE INDEX obligation_notices_document_id ON obligation_notices (document_id);
CREATE INDEX obligation_notices_due_on ON obligation_notices (due_on);

CREATE TABLE treasury_payments (
  id UUID NOT NULL,
  dossier_id UUID NOT NULL REFERENCES dossiers(id),
  number TEXT NOT NULL,
  paid_on DATE NOT NULL,
  amount_vnd BIGINT NOT NULL,
  recorded_by UUID,
  recorded_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX treasury_payments_dossier_id ON treasury_payments (dossier_id);

ALTER TABLE fee_lines ADD COLUMN notice_id UUID REFERENCES obligation_notices(id);
ALTER TABLE fee_lines ADD COLUMN collected_elsewhere BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE fee_lines ADD COLUMN treasury_payment_id UUID REFERENCES treasury_payments(id);
CREATE INDEX fee_lines_notice_id ON fee_lines (notice_id);
CREATE INDEX fee_lines_treasury_payment_id ON fee_lines (treasury_payment_id);
