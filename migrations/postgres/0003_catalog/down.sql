DROP TABLE shifts;
DROP TABLE calendar_days;
DROP TABLE versions;
DROP TABLE filing_windows;
DROP TABLE procedure_agencies;
DROP TABLE procedure_revisions;
DROP TABLE procedures;
DROP TABLE fields;
