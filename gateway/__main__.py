"""``python -m gateway WORD ...``, which is what ``./hotline WORD ...`` runs."""

import sys

from gateway.cli import run


def main() -> None:
    """Run the command line of this process."""
    run(sys.argv[1:])


if __name__ == "__main__":
    main()
