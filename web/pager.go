package web

import (
	"net/http"
	"strconv"
)

// maxPage is the last page that can be asked for by number.
const maxPage = 100_000

// pageNumber is the page that is asked for, from 0.
func pageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		return 0
	}
	return min(n-1, maxPage)
}

// pastEnd is the error of a page after the last one.
func pastEnd(r *http.Request, total, size int) error {
	n := pageNumber(r)
	if n == 0 || n*size < total {
		return nil
	}
	return &statusError{http.StatusNotFound, "There is no page " + strconv.Itoa(n+1) + ": the last one is page " + strconv.Itoa(max(1, (total+size-1)/size)) + "."}
}

// pager leads to the pages before and after.
type pager struct {
	Number, Pages int
	First, Last   int // of the items on this page, from 1
	Total         int
	Before, After string
}

func newPager(r *http.Request, total, size int) pager {
	n := pageNumber(r)
	p := pager{Number: n + 1, Pages: (total + size - 1) / size, Total: total, First: min(n*size+1, total), Last: min((n+1)*size, total)}
	if n > 0 {
		p.Before = addressOf(r, n)
	}
	if p.Last < total {
		p.After = addressOf(r, n+2)
	}
	return p
}

// addressOf is the address of another page of what is asked for, from 1.
func addressOf(r *http.Request, number int) string {
	u := *r.URL
	q := u.Query()
	q.Del("page")
	if number > 1 {
		q.Set("page", strconv.Itoa(number))
	}
	u.RawQuery = q.Encode()
	return u.RequestURI()
}
