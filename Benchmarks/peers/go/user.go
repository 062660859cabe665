package main

import (
	"regexp"
	"strings"
	"time"
)

type user struct {
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	ID        int32     `json:"id"`
	CreatedAt timestamp `json:"created_at"`
}

// userInput is the body of a create, with both, or of an update, with either.
type userInput struct {
	Email *string `json:"email"`
	Name  *string `json:"name"`
}

// timestamp is written as Pydantic writes it: microseconds, or no fraction where there is none.
type timestamp struct{ time.Time }

func (t timestamp) MarshalJSON() ([]byte, error) {
	layout := `"2006-01-02T15:04:05.000000Z"`
	if t.Nanosecond() == 0 {
		layout = `"2006-01-02T15:04:05Z"`
	}
	return t.UTC().AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

const label = `[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`

var (
	localPart = regexp.MustCompile("^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	domain    = regexp.MustCompile(`^(` + label + `\.)+` + label + `$`)
)

// normalEmail gives an address in its normal form, if it is one of the plain kind.
func normalEmail(text string) (string, bool) {
	at := strings.IndexByte(text, '@')
	if at < 1 || at > 64 || len(text)-at > 254 {
		return "", false
	}
	local, host := text[:at], text[at+1:]
	return local + "@" + strings.ToLower(host), localPart.MatchString(local) && domain.MatchString(host)
}
