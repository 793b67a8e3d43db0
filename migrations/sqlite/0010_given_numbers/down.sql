ALTER TABLE draft_results DROP COLUMN number_index;
DROP TABLE given_numbers;
