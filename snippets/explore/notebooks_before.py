"""Bad on purpose: cells as people write them. The third changes what it reads."""

CELLS = [
    "from snippets.data import flights",
    "table = flights()",
    "table = table[table['arr_delay'] < table['arr_delay'].quantile(0.99)]",
    "print(f\"{table['arr_delay'].mean():.2f} minutes late on average\")",
]
