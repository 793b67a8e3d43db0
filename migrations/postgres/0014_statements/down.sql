DROP INDEX payments_taken_by_recorded_at;
DROP TABLE cash_closings;
DROP TABLE unlisted_payments;
DROP TABLE statement_lines;
DROP TABLE statements;
