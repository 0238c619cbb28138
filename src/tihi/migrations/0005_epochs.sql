-- Epochs: what was numbered before a restore is not what is numbered after it.

-- system: no personal data. A restore adds a row; without any, nothing was ever restored.
CREATE TABLE system.epochs (
    epoch uuid PRIMARY KEY,
    begun_at timestamptz NOT NULL
);
GRANT SELECT ON system.epochs TO tihi_app;
