"""Learning without a window: arguments, progress, summary. Knows the engine, and no Qt."""
