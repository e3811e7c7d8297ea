"""What the values of an export mean: frozen and pure, below the directory; what is wrong with them is judged above it."""
