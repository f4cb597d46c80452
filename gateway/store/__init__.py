"""The truth on disk: SQLite or PostgreSQL, one writer, personal data encrypted."""
