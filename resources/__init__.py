"""What MemNet brings along: the digits, the font and the icons. Read with `importlib.resources`."""
