"""Make test data from statistics of the real data, and measure how unlike they are."""
