DROP TABLE result_numbers;
DROP TABLE agency_keys;
DROP TABLE signatures;
DROP TABLE results;
DROP TABLE papers;
DROP TABLE documents;
DROP TABLE blobs;
