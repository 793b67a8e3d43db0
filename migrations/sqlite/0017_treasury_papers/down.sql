DROP INDEX treasury_payments_paper;
ALTER TABLE treasury_payments DROP COLUMN paper_key;
