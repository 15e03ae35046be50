"""What may come and when: warnings, their forecasts, alert levels, and CAP in and out."""
