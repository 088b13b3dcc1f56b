"""Live updates for open pages: tickets, connections, and messages over our WebSocket API or Ably."""
