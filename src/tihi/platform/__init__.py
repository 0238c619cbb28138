"""What everything stands on: database, log, broker, boards, HTTP, engines. Knows no feature."""
