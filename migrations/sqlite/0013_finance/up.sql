ALTER TABLE payment_notices ADD COLUMN said TEXT;
ALTER TABLE payment_notices ADD COLUMN settlement_note TEXT;
ALTER TABLE payment_notices ADD COLUMN agency_id TEXT;
CREATE INDEX payment_notices_agency_id ON payment_notices (agency_id);
ALTER TABLE payment_notices ADD COLUMN settled_payment_id TEXT;
CREATE INDEX payment_notices_settled_payment_id ON payment_notices (settled_payment_id);
CREATE INDEX payment_notices_gateway_gateway_txn ON payment_notices (gateway, gateway_txn);
ALTER TABLE receipts ADD COLUMN returned_vnd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN cancelled_at TEXT;

CREATE TABLE refunds (
  id TEXT NOT NULL,
  payment_id TEXT REFERENCES payments(id),
  notice_id TEXT REFERENCES payment_notices(id),
  dossier_id TEXT REFERENCES dossiers(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  way TEXT NOT NULL,
  gateway TEXT,
  reference TEXT,
  gateway_txn TEXT,
  ordered_at TEXT,
  amount_vnd BIGINT NOT NULL,
  surplus_vnd BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  decided_by TEXT,
  decided_at TEXT,
  decision_note TEXT,
  request TEXT,
  send_at TEXT,
  first_sent_at TEXT,
  tries BIGINT NOT NULL,
  last_code TEXT,
  ended_at TEXT,
  ended_by TEXT,
  receiver TEXT,
  voucher TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX refunds_payment_id ON refunds (payment_id);
CREATE INDEX refunds_notice_id ON refunds (notice_id);
CREATE INDEX refunds_dossier_id ON refunds (dossier_id);
CREATE INDEX refunds_agency_id_asked_at ON refunds (agency_id, asked_at);
CREATE INDEX refunds_send_at ON refunds (send_at);
CREATE UNIQUE INDEX refunds_request ON refunds (request);
CREATE UNIQUE INDEX refunds_open_of_payment ON refunds (payment_id)
  WHERE state IN ('asked', 'approved', 'unsure');
CREATE UNIQUE INDEX refunds_of_word ON refunds (notice_id)
  WHERE payment_id IS NULL AND state IN ('asked', 'approved', 'unsure', 'done');

CREATE UNIQUE INDEX refunds_of_transaction ON refunds (gateway, gateway_txn)
  WHERE payment_id IS NULL AND state IN ('asked', 'approved', 'unsure', 'done');

CREATE TABLE refund_lines (
  refund_id TEXT NOT NULL REFERENCES refunds(id),
  fee_id TEXT NOT NULL REFERENCES fee_lines(id),
  amount_vnd BIGINT NOT NULL,
  PRIMARY KEY (refund_id, fee_id)
);
CREATE INDEX refund_lines_fee_id ON refund_lines (fee_id);
