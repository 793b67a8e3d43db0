DROP TABLE one_time_codes;
DROP TABLE sessions;
DROP TABLE officer_relatives;
DROP TABLE assignments;
DROP TABLE accounts;
DROP TABLE units;
DROP TABLE agencies;
DROP TABLE admin_units;
