// Command go-mssqldb logs in with the driver of that name, and prints what that
// says. Its argument is a connection string.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	_ "github.com/microsoft/go-mssqldb"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	db, err := sql.Open("sqlserver", os.Args[1])
	if err == nil {
		err = db.PingContext(ctx)
	}
	fmt.Print(err)
}
