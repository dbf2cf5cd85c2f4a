//! What a capture meets: flows, the share of each manager, how evenly the buckets are filled, and hazards.
