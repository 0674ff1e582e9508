// What a Go program does that others do not: goroutines over many threads, the netpoller, its own signal handling, and
// processes through its own raw system calls. Prints one line a topic.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

func goroutines() {
	var group sync.WaitGroup
	sums := make(chan int, 200)
	for i := 0; i < 200; i++ {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			runtime.Gosched()
			sums <- n
		}(i)
	}
	group.Wait()
	close(sums)
	total := 0
	for n := range sums {
		total += n
	}
	fmt.Println("goroutines", total)
}

func preemption() {
	stop := make(chan bool)
	go func() {
		for i := 0; ; i++ {
			_ = i
		}
	}()
	go func() { time.Sleep(20 * time.Millisecond); runtime.GC(); stop <- true }()
	<-stop
	fmt.Println("preemption")
}

func server() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("listen", err)
		return
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello ", r.URL.Path) }))
	response, err := http.Get("http://" + listener.Addr().String() + "/there")
	if err != nil {
		fmt.Println("get", err)
		return
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Println("http", string(body))
}

func main() {
	goroutines()
	preemption()
	server()
	out, err := exec.Command("/bin/sh", "-c", "echo from sh; exit 3").Output()
	fmt.Println("exec", strings.TrimSpace(string(out)), err)
	received := make(chan os.Signal, 1)
	signal.Notify(received, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println("signal", <-received)
	me, err := user.LookupId("0")
	if err != nil {
		fmt.Println("user", err)
		return
	}
	fmt.Println("user", me.Username)
}
