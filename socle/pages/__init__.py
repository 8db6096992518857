"""Les pages qui se ressemblent : le geste, la liste, la correction."""
