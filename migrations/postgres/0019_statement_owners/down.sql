DROP INDEX refunds_gateway_txn;
DROP INDEX payment_notices_gateway_txn;
DROP INDEX payments_gateway_txn;
DROP TABLE notice_agencies;
DROP INDEX payment_notices_taken_agency_id;
ALTER TABLE payment_notices DROP COLUMN taken_agency_id;
DROP INDEX statements_agency_id_imported_at;
ALTER TABLE statements DROP COLUMN agency_id;
