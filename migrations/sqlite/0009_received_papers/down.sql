DROP TABLE received_papers;
