"""Our speed beside that of others, as ratios measured side by side in one run."""
