DROP TABLE exemption_claims;
