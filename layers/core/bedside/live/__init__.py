"""What every domain needs to reach open pages: tickets, connections, and messages over our own sockets or Ably."""
