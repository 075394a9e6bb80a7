"""Files of tracing: venue scans as counties keep them, and line lists with links between cases. Pure."""

from epigrid.response.tracing.formats.scans import DWELL_MINUTES, HEADINGS, MOMENTS, NEEDED, ScanRow, scan_id, scan_row, until_of

__all__ = ["DWELL_MINUTES", "HEADINGS", "MOMENTS", "NEEDED", "ScanRow", "scan_id", "scan_row", "until_of"]
