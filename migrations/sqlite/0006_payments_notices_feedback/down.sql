DROP TABLE ratings;
DROP TABLE notices;
DROP TABLE fee_lines;
DROP TABLE payments;
