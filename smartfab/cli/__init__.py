"""The command line `smartfab`: one command a file, errors as one line and an exit code, never a traceback."""
