"""``python -m odkit_cli``."""

from odkit_cli.main import main

if __name__ == "__main__":
    main()
