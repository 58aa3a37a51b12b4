"""Lets `python -m casefile` stand for the `casefile` command."""

from casefile.cli import main

if __name__ == "__main__":
    main()
