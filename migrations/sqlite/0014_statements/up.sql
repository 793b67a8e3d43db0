CREATE TABLE statements (
  id TEXT NOT NULL,
  gateway TEXT NOT NULL,
  bank TEXT,
  file_name TEXT NOT NULL,
  hash TEXT NOT NULL,
  from_day TEXT,
  to_day TEXT,
  lines BIGINT NOT NULL,
  imported_by TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (gateway, hash)
);

CREATE TABLE statement_lines (
  statement_id TEXT NOT NULL REFERENCES statements(id),
  number BIGINT NOT NULL,
  day TEXT,
  amount_vnd BIGINT NOT NULL,
  gateway_txn TEXT,
  reference TEXT,
  content TEXT NOT NULL,
  verdict TEXT NOT NULL,
  payment_id TEXT REFERENCES payments(id),
  refund_id TEXT REFERENCES refunds(id),
  PRIMARY KEY (statement_id, number)
);
CREATE INDEX statement_lines_payment_id ON statement_lines (payment_id);
CREATE INDEX statement_lines_refund_id ON statement_lines (refund_id);

CREATE TABLE unlisted_payments (
  payment_id TEXT NOT NULL REFERENCES payments(id),
  note TEXT NOT NULL,
  settled_by TEXT NOT NULL REFERENCES accounts(id),
  settled_at TEXT NOT NULL,
  PRIMARY KEY (payment_id)
);
CREATE INDEX unlisted_payments_settled_by ON unlisted_payments (settled_by);

CREATE TABLE cash_closings (
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  officer_id TEXT NOT NULL REFERENCES accounts(id),
  day TEXT NOT NULL,
  opening_vnd BIGINT NOT NULL,
  taken_vnd BIGINT NOT NULL,
  paid_out_vnd BIGINT NOT NULL,
  card_vnd BIGINT NOT NULL,
  counted_vnd BIGINT NOT NULL,
  reason TEXT,
  closed_at TEXT NOT NULL,
  PRIMARY KEY (agency_id, officer_id, day)
);
CREATE INDEX cash_closings_officer_id ON cash_closings (officer_id);
CREATE INDEX payments_taken_by_recorded_at ON payments (taken_by, recorded_at);
