// A peer of Go's standard library that streams small lines, each in a DATA frame of its own.
//
//	lines serve CERT KEY      prints "listening on https://127.0.0.1:PORT" and serves
//	                            /lines/N   N lines, flushed one by one
//	                            /echo      what is uploaded, piece by piece as it arrives
//	lines send URL N          uploads N lines to URL/echo, one by one, and reads them back
//	lines cancel URL N        N requests, 50 at a time, of which every other one is cancelled half-way
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

func line(i int) string {
	return fmt.Sprintf("%08d a line of forty-five bytes, flushed\n", i)
}

func serve(cert, key string) error {
	handle := http.NewServeMux()
	handle.HandleFunc("/lines/", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/lines/"))
		if err != nil {
			http.Error(w, "how many?", http.StatusBadRequest)
			return
		}
		for i := 0; i < n; i++ {
			if _, err := io.WriteString(w, line(i)); err != nil {
				log.Print("cut at line ", i, ": ", err)
				return
			}
			w.(http.Flusher).Flush()
		}
	})
	handle.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		piece := make([]byte, 50)
		for {
			n, err := r.Body.Read(piece)
			if n > 0 {
				if _, failed := w.Write(piece[:n]); failed != nil {
					log.Print("cut: ", failed)
					return
				}
				w.(http.Flusher).Flush()
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				log.Print("upload cut: ", err)
				panic(http.ErrAbortHandler)
			}
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on https://" + listener.Addr().String())
	return (&http.Server{Handler: handle}).ServeTLS(listener, cert, key)
}

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
		ForceAttemptHTTP2: true,
	}}
}

func send(url string, n int) error {
	in, out := io.Pipe()
	go func() {
		for i := 0; i < n; i++ {
			if _, err := io.WriteString(out, line(i)); err != nil {
				return
			}
		}
		out.Close()
	}()
	response, err := client().Post(url+"/echo", "text/plain", in)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK {
		return errors.New(response.Proto + " " + response.Status)
	}
	lines := bufio.NewScanner(response.Body)
	count := 0
	for lines.Scan() {
		if lines.Text()+"\n" != line(count) {
			return fmt.Errorf("line %d came back as %q", count, lines.Text())
		}
		count++
	}
	if lines.Err() != nil {
		return fmt.Errorf("after %d lines: %w", count, lines.Err())
	}
	if count != n {
		return fmt.Errorf("%d lines came back, not %d", count, n)
	}
	return nil
}

// fetch reads a body of size bytes, or only its beginning if it is to be cancelled.
func fetch(c *http.Client, url string, size int64, cancelled bool) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := c.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK {
		return errors.New(response.Proto + " " + response.Status)
	}
	if cancelled {
		_, err = io.ReadFull(response.Body, make([]byte, 1))
		return err
	}
	got, err := io.Copy(io.Discard, response.Body)
	if err == nil && got != size {
		err = fmt.Errorf("%d bytes, not %d", got, size)
	}
	return err
}

func cancelSome(url string, n int) error {
	const size = 100_000
	c := client()
	places := make(chan struct{}, 50)
	failures := make(chan error, n)
	var all sync.WaitGroup
	for i := 0; i < n; i++ {
		i := i
		places <- struct{}{}
		all.Add(1)
		go func() {
			defer all.Done()
			if err := fetch(c, fmt.Sprint(url, "/bytes/", size), size, i%2 == 1); err != nil {
				failures <- fmt.Errorf("request %d: %w", i, err)
			}
			<-places
		}()
	}
	all.Wait()
	if len(failures) > 0 {
		return fmt.Errorf("%d of %d failed; the first: %w", len(failures), n, <-failures)
	}
	return nil
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: lines serve CERT KEY | send URL N | cancel URL N")
	}
	var err error
	switch os.Args[1] {
	case "serve":
		err = serve(os.Args[2], os.Args[3])
	case "send":
		err = send(os.Args[2], number(os.Args[3]))
	case "cancel":
		err = cancelSome(os.Args[2], number(os.Args[3]))
	default:
		err = errors.New("unknown: " + os.Args[1])
	}
	if err != nil {
		log.Fatal(err)
	}
}
