-- Whose statement it is: what it says is nobody else's to see.
ALTER TABLE statements ADD COLUMN agency_id TEXT;
UPDATE statements SET agency_id = (
  SELECT a.agency_id FROM assignments a
  WHERE a.account_id = statements.imported_by AND a.role IN ('clerk', 'records')
  ORDER BY a.created_at, a.id LIMIT 1
);
CREATE INDEX statements_agency_id_imported_at ON statements (agency_id, imported_at);

-- Who took on money that nobody knew the agency of.
ALTER TABLE payment_notices ADD COLUMN taken_agency_id TEXT;
CREATE INDEX payment_notices_taken_agency_id ON payment_notices (taken_agency_id);

-- Those who collect into one account see what came into it.
CREATE TABLE notice_agencies (
  notice_id TEXT NOT NULL REFERENCES payment_notices(id),
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  PRIMARY KEY (notice_id, agency_id)
);
CREATE INDEX notice_agencies_agency_id ON notice_agencies (agency_id);

-- The same transaction under whichever gateway.
CREATE INDEX payments_gateway_txn ON payments (gateway_txn);
CREATE INDEX payment_notices_gateway_txn ON payment_notices (gateway_txn);
CREATE INDEX refunds_gateway_txn ON refunds (gateway_txn);
