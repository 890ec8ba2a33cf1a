"""API of policies: what there is (`catalogue.py`), and what it means for a firm (`firm.py`)."""
