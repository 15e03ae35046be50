"""Inside buildings: loading them, planning and noting their search, their papers and what the page shows of them."""
