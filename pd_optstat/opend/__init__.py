"""How OpenD speaks over TCP: packets, bodies, connections."""
