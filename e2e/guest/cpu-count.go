// How many CPUs Go's runtime works with: what it found, and on how many it runs goroutines.
package main

import (
	"fmt"
	"runtime"
)

func main() { fmt.Println(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }
