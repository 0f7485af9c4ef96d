"""SQLite through SQLAlchemy: tables, repositories, migrations."""
