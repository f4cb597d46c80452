"""What Alembic runs: on the connection it is given, inside the transaction that is open."""

from alembic import context

from gateway.store.tables import ALL_TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=ALL_TABLES)
context.run_migrations()
