"""What teams and witnesses say, who may read it, and how sure the findings are together."""
