// SPDX-License-Identifier: MPL-2.0

// Measures how fast provider executables start: from exec to the handshake line, to the answer of GetProviderSchema
// over mutual TLS (as OpenTofu and Terraform connect), and from Shutdown to the end of the process. The executables
// take turns, so that whatever else the machine does hits them alike.
//
//	start-up [-runs 41] NAME=EXECUTABLE...
//
// Prints one JSON line for each, and one with the ratios to the last.
package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"log"
	"math/big"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/types/known/emptypb"
)

const cookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

type provider struct {
	name, path             string
	handshake, schema, end []float64 // milliseconds
	peak                   int       // KiB
}

// The client's own key, on the curve that go-plugin uses.
func clientKey() (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(err)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(text)
}

// Reads "1|6|unix|PATH|grpc|CERTIFICATE".
func readHandshake(out *bufio.Reader) (string, *x509.CertPool) {
	line, err := out.ReadString('\n')
	check(err)
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 6 {
		log.Fatalf("no handshake: %q", line)
	}
	der, err := base64.RawStdEncoding.DecodeString(fields[5])
	check(err)
	certificate, err := x509.ParseCertificate(der)
	check(err)
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return fields[3], pool
}

func connect(path string, key tls.Certificate, pool *x509.CertPool) *grpc.ClientConn {
	config := &tls.Config{
		Certificates: []tls.Certificate{key}, RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12,
	}
	connection, err := grpc.NewClient("passthrough:///plugin",
		grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return net.Dial("unix", path) }))
	check(err)
	return connection
}

func (p *provider) run(key tls.Certificate, keyText string) {
	command := exec.Command(p.path)
	command.Env = append(os.Environ(), cookie, "PLUGIN_PROTOCOL_VERSIONS=5,6", "PLUGIN_MIN_PORT=10000",
		"PLUGIN_MAX_PORT=25000", "PLUGIN_CLIENT_CERT="+keyText)
	out, err := command.StdoutPipe()
	check(err)
	begin := time.Now()
	check(command.Start())
	path, pool := readHandshake(bufio.NewReader(out))
	handshake := time.Since(begin)

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	connection := connect(path, key, pool)
	defer connection.Close()
	var answer emptypb.Empty // the fields stay unparsed
	check(connection.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, &answer))
	schema := time.Since(begin)
	peak := peakMemory(command.Process.Pid)

	begin = time.Now()
	_ = connection.Invoke(ctx, "/plugin.GRPCController/Shutdown", &emptypb.Empty{}, &answer)
	check(command.Wait())
	p.handshake = append(p.handshake, milliseconds(handshake))
	p.schema = append(p.schema, milliseconds(schema))
	p.end = append(p.end, milliseconds(time.Since(begin)))
	p.peak = max(p.peak, peak)
}

// VmHWM in KiB.
func peakMemory(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	check(err)
	var peak int
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "VmHWM:") {
			_, err = fmt.Sscanf(line, "VmHWM: %d kB", &peak)
			check(err)
		}
	}
	return peak
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (p *provider) report() {
	figures := func(values []float64) map[string]float64 {
		return map[string]float64{"min": slices.Min(values), "median": median(values)}
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"measure": "start-up", "provider": p.name, "runs": len(p.schema), "handshake_ms": figures(p.handshake),
		"schema_ms": figures(p.schema), "exit_ms": figures(p.end), "vm_hwm_kib": p.peak,
	}))
}

func main() {
	runs := flag.Int("runs", 41, "how often each is started")
	flag.Parse()
	var providers []*provider
	for _, argument := range flag.Args() {
		name, path, found := strings.Cut(argument, "=")
		if !found {
			log.Fatalf("%q is not NAME=EXECUTABLE", argument)
		}
		providers = append(providers, &provider{name: name, path: path})
	}
	if len(providers) == 0 || *runs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	key, keyText := clientKey()
	for range *runs {
		for _, p := range providers {
			p.run(key, keyText)
		}
	}
	last := providers[len(providers)-1]
	for _, p := range providers {
		p.report()
	}
	for _, p := range providers[:len(providers)-1] {
		check(json.NewEncoder(os.Stdout).Encode(map[string]any{
			"measure": "start-up ratio", "provider": p.name, "to": last.name,
			"schema_min": slices.Min(p.schema) / slices.Min(last.schema), "schema_median": median(p.schema) / median(last.schema),
		}))
	}
}
