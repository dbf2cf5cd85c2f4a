# Stands in for the addresses of registers.
