package main

import (
	"bytes"
	"context"
	"strings"
)

// An output is what one run of the program left behind.
type output struct {
	status         int
	stdout, stderr string
}

// runWhy runs the program, without the rate that spares real servers.
func runWhy(ctx context.Context, args ...string) output {
	return runWith(ctx, "", append([]string{"-rate", "1e6"}, args...)...)
}

// runWith runs the program with this on its standard input.
func runWith(ctx context.Context, stdin string, args ...string) output {
	var stdout, stderr bytes.Buffer
	status := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return output{status, stdout.String(), stderr.String()}
}
