export GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS= GOCACHE=/run/go-cache
go build -o {lab:built}/server /usr/local/lib/lab/server.go
