# Stands in for the script that writes the registers' addresses.
