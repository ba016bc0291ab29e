"""REST under /v1: thin routes over the office, with their schemas, versions and keys."""
