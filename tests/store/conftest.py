from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store  # noqa: F401
