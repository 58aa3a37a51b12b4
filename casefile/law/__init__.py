"""The law as dated data and pure functions: no database, no network, no clock."""
