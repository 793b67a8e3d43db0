DROP INDEX fee_lines_treasury_payment_id;
DROP INDEX fee_lines_notice_id;
ALTER TABLE fee_lines DROP COLUMN treasury_payment_id;
ALTER TABLE fee_lines DROP COLUMN collected_elsewhere;
ALTER TABLE fee_lines DROP COLUMN notice_id;
DROP TABLE treasury_payments;
DROP TABLE obligation_notices;
