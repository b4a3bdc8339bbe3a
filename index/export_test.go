package index

// Spill ends a chunk before it is full.
func (w *Writer) Spill() error {
	if len(w.chunk.quads) == 0 {
		return nil
	}
	return w.spill(false)
}
