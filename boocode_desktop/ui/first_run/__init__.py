"""The welcome page: who does the work, and where. Four ways to begin, none of which sends anything by itself."""
