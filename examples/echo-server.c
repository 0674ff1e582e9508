// A server and a client in one program, over TCP on the loopback address: `echo-server`.
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int serve_one(int listener) {
  char text[128];
  int client = accept(listener, NULL, NULL);
  if (client < 0) return 1;
  ssize_t length;
  while ((length = read(client, text, sizeof text)) > 0) {
    if (write(client, text, (size_t)length) != length) return 1;
  }
  close(client);
  return 0;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 8) != 0) {
    perror("cannot listen");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  pid_t server = fork();
  if (server == 0) _exit(serve_one(listener));

  char answer[128];
  int client = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client, (struct sockaddr *)&address, size) != 0) {
    perror("cannot connect");
    return 1;
  }
  const char *question = "is anybody there?";
  if (write(client, question, strlen(question)) < 0) return 1;
  ssize_t length = read(client, answer, sizeof answer - 1);
  if (length < 0) return 1;
  answer[length] = '\0';
  shutdown(client, SHUT_WR);
  int status;
  waitpid(server, &status, 0);
  printf("the server in process %d echoed \"%s\"\n", server, answer);
  return status;
}
