"""Alembic's scripts. One file a revision; a published revision is never changed."""
