//! A card as a PCI device behind a vfio-user socket: configuration space, BARs and a log of every register access.
