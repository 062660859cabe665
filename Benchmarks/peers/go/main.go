// The users API in Go: net/http/fcgi, database/sql and lib/pq.
//
//	peer SOCKET DATABASE_URL CONNECTIONS
package main

import (
	"log"
	"net"
	"net/http/fcgi"
	"os"
	"strconv"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: peer SOCKET DATABASE_URL CONNECTIONS")
	}
	connections, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	store, err := openStore(os.Args[2], connections)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(fcgi.Serve(listener, api{store}))
}
