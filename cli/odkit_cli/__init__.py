"""odkit's command line."""
def main() -> None:
    """Run."""
