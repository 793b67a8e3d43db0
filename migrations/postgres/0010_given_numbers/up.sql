CREATE TABLE given_numbers (
  number_index TEXT NOT NULL,
  result_id UUID NOT NULL REFERENCES results(id),
  PRIMARY KEY (number_index)
);
CREATE UNIQUE INDEX given_numbers_result_id ON given_numbers (result_id);
ALTER TABLE draft_results ADD COLUMN number_index TEXT;
