DROP TABLE refund_lines;
DROP TABLE refunds;
ALTER TABLE receipts DROP COLUMN cancelled_at;
ALTER TABLE receipts DROP COLUMN returned_vnd;
DROP INDEX payment_notices_gateway_gateway_txn;
DROP INDEX payment_notices_settled_payment_id;
ALTER TABLE payment_notices DROP COLUMN settled_payment_id;
ALTER TABLE payment_notices DROP COLUMN settlement_note;
ALTER TABLE payment_notices DROP COLUMN said;
