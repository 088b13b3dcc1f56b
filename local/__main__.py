import argparse
import sys

from local import browser, run


def main() -> int:
    """Run one command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description="Bedside's local cloud")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and keep it running until Ctrl-C")
    commands.add_parser("browser", help="make sure that there is a Chromium for the end-to-end tests")
    return browser.install() if parser.parse_args().command == "browser" else run.main()


if __name__ == "__main__":
    sys.exit(main())
