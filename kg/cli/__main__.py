"""`python -m kg.cli`: the command line without the script `kg`."""

from kg.cli.main import main

main()
