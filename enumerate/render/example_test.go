package render_test

import (
	"fmt"
	"os"
	"time"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/probe"
)

func ExampleWrite() {
	yes := true
	report := &enumerate.Report{ // as enumerate.Scan returns it
		Target:   probe.Target{Host: "db1.example.com", Port: 1433, Mode: probe.ModeTDS7},
		Started:  time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC),
		Baseline: &enumerate.Baseline{Rung: enumerate.Rung{Outcome: probe.Accepted}},
		Protocols: []enumerate.Protocol{{
			Version: "TLS 1.2", Code: probe.TLS12, Accepted: &yes, Complete: true,
			CipherSuites: []enumerate.Suite{{ID: 0xc030, Name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Group: "x25519"}},
		}},
		Connections: 12, DurationMS: 600,
	}
	document := render.Document{Reports: []*enumerate.Report{report}}
	if err := render.Write(os.Stdout, document, render.FormatText); err != nil {
		fmt.Println(err)
	}
	// Output:
	// db1.example.com,1433  (tds7: TLS inside PRELOGIN)
	//
	// TLS 1.2  accepted, 1 cipher suite
	//   0xC030  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384  x25519
	//
	// 12 connections in 0.6 s, from 2026-02-01 12:00:00 UTC
}
