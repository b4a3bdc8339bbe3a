// The pages work without scripts; this file makes them handier.
