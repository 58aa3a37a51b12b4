"""What Casefile costs, told only as ratios against a floor measured in the same run."""
