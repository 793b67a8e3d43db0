-- How much of a paid fee is owed no more since the answers changed.
ALTER TABLE fee_lines ADD COLUMN over_vnd BIGINT NOT NULL DEFAULT 0;
CREATE INDEX fee_lines_over_vnd ON fee_lines (over_vnd) WHERE over_vnd > 0;
