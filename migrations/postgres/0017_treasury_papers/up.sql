-- A payer's paper serves one dossier: its number as it is compared, and its day.
ALTER TABLE treasury_payments ADD COLUMN paper_key TEXT NOT NULL DEFAULT '';
UPDATE treasury_payments SET paper_key = translate(replace(replace(replace(replace(replace(number, ' ', ''), '-', ''), '.', ''), '/', ''), '_', ''), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
UPDATE treasury_payments SET paper_key = number WHERE paper_key = '';
-- What was recorded twice before there was a rule stays as it was recorded; only the first counts from now on.
UPDATE treasury_payments AS later SET paper_key = paper_key || '#' || id::text
WHERE EXISTS (
  SELECT 1 FROM treasury_payments AS first
  WHERE first.paper_key = later.paper_key AND first.paid_on = later.paid_on
    AND (first.recorded_at < later.recorded_at OR (first.recorded_at = later.recorded_at AND first.id < later.id))
);
CREATE UNIQUE INDEX treasury_payments_paper ON treasury_payments (paper_key, paid_on);
