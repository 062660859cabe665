package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"

	"github.com/lib/pq"
)

const longestBody = 1 << 20

// api answers requests.
type api struct{ store *store }

func (a api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/users/")
	switch {
	case len(id) == len(r.URL.Path):
		refuse(w, http.StatusNotFound, "Not Found")
	case id == "" && r.Method == "GET":
		a.list(w, r)
	case id == "" && r.Method == "POST":
		a.create(w, r)
	case id != "" && r.Method == "GET":
		a.read(w, id)
	case id != "" && r.Method == "PATCH":
		a.update(w, r, id)
	default:
		refuse(w, http.StatusMethodNotAllowed, "Method Not Allowed")
	}
}

func (a api) read(w http.ResponseWriter, text string) {
	id, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		invalid(w)
		return
	}
	answerOne(w)(one(a.store.read, id))
}

func (a api) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	skip, fine := natural(query.Get("skip"), 0)
	limit, fineToo := natural(query.Get("limit"), 100)
	if !fine || !fineToo {
		invalid(w)
		return
	}
	users, err := a.store.page(skip, limit)
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, users)
}

func (a api) create(w http.ResponseWriter, r *http.Request) {
	input, fine := body(r)
	if !fine || input.Email == nil || input.Name == nil {
		invalid(w)
		return
	}
	answerOne(w)(one(a.store.create, input.Email, input.Name))
}

func (a api) update(w http.ResponseWriter, r *http.Request, text string) {
	id, err := strconv.ParseInt(text, 10, 32)
	input, fine := body(r)
	if err != nil || !fine {
		invalid(w)
		return
	}
	answerOne(w)(one(a.store.update, input.Email, input.Name, id))
}

// body reads and checks; what is missing is the caller's to judge.
func body(r *http.Request) (input userInput, fine bool) {
	bytes, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil || json.Unmarshal(bytes, &input) != nil {
		return input, false
	}
	if input.Email != nil {
		*input.Email, fine = normalEmail(*input.Email)
		return input, fine
	}
	return input, true
}

func natural(text string, otherwise int64) (int64, bool) {
	if text == "" {
		return otherwise, true
	}
	number, err := strconv.ParseInt(text, 10, 64)
	return number, err == nil && number >= 0
}

func answerOne(w http.ResponseWriter) func(*user, error) {
	return func(u *user, err error) {
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, http.StatusOK, u)
	}
}

func fail(w http.ResponseWriter, err error) {
	var failure *pq.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		refuse(w, http.StatusNotFound, "User not found")
	case errors.As(err, &failure) && failure.Code == "23505":
		refuse(w, http.StatusBadRequest, "Email already exists")
	default:
		log.Print(err)
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
	}
}

func invalid(w http.ResponseWriter) {
	refuse(w, http.StatusUnprocessableEntity, "Unprocessable Entity")
}

func refuse(w http.ResponseWriter, status int, detail string) {
	answer(w, status, map[string]string{"detail": detail})
}

func answer(w http.ResponseWriter, status int, value interface{}) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		log.Print(err)
	}
	text := bytes.TrimRight(buffer.Bytes(), "\n")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text)
}
