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
	at := func(number int) string {
		u := *r.URL
		q := u.Query()
		q.Del("page")
		if number > 1 {
			q.Set("page", strconv.Itoa(number))
		}
		u.RawQuery = q.Encode()
		return u.RequestURI()
	}
	if n > 0 {
		p.Before = at(n)
	}
	if p.Last < total {
		p.After = at(n + 2)
	}
	return p
}
