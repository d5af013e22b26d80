// emersion/go-smtp in three roles: with STARTTLS, inside TLS, LMTP.
// Arguments: a port for each, in this order. What is sent is taken and dropped.
package main

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"strings"

	"github.com/emersion/go-smtp"
)

type backend struct{}

func (backend) Login(_ *smtp.ConnectionState, user, password string) (smtp.Session, error) {
	if user != os.Getenv("LAB_USER") || password != os.Getenv("LAB_PASSWORD") {
		return nil, errors.New("Invalid username or password")
	}
	return session{}, nil
}

func (backend) AnonymousLogin(*smtp.ConnectionState) (smtp.Session, error) {
	return session{}, nil
}

type session struct{}

func (session) Mail(string, smtp.MailOptions) error { return nil }

func (session) Rcpt(address string) error {
	if strings.HasPrefix(address, "nobody@") {
		return &smtp.SMTPError{
			Code:         550,
			EnhancedCode: smtp.EnhancedCode{5, 1, 1},
			Message:      "No such user",
		}
	}
	return nil
}

func (session) Data(octets io.Reader) error {
	_, err := io.Copy(io.Discard, octets)
	return err
}

func (session) Reset() {}

func (session) Logout() error { return nil }

func newServer() *smtp.Server {
	server := smtp.NewServer(backend{})
	server.Domain = os.Getenv("LAB_HOST")
	server.MaxMessageBytes = 10 << 20
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	return server
}

func listener(port string) net.Listener {
	made, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	return made
}

func main() {
	folder := os.Getenv("LAB_TLS")
	pair, err := tls.LoadX509KeyPair(folder+"/server.chain", folder+"/server.key")
	if err != nil {
		log.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}

	standard, implicit, lmtp := newServer(), newServer(), newServer()
	standard.TLSConfig = config
	lmtp.LMTP = true

	ended := make(chan error)
	serve := func(server *smtp.Server, on net.Listener) { ended <- server.Serve(on) }
	go serve(standard, listener(os.Args[1]))
	go serve(implicit, tls.NewListener(listener(os.Args[2]), config))
	go serve(lmtp, listener(os.Args[3]))
	log.Fatal(<-ended)
}
