"""Who is calling: the one seam through which every guarded call passes."""
