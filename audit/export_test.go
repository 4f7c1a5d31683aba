package audit

import (
	"log/slog"
	"time"
)

// NewSmall is New with another number of pages, and of entries to a page.
func NewSmall[R any](documents Documents[R], logger *slog.Logger, now func() time.Time, pages, size int) *Log {
	return newLog(documents, logger, now, pages, size)
}
