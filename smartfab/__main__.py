"""`python -m smartfab` is the command line."""

from smartfab.cli.application import main

main()
