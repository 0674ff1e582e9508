// The only functions of libuv that are used. uv.h is not shipped with Node; these names are part of libuv's stable ABI and
// are resolved from the node binary.
#pragma once

#include <stddef.h>

extern "C" {
struct uv_loop_s;
struct uv_handle_s;
struct uv_poll_s;

constexpr int UV_POLL = 8;      // enum uv_handle_type; checked by name when a transport is opened
constexpr int UV_READABLE = 1;  // enum uv_poll_event

size_t uv_handle_size(int type);
const char* uv_handle_type_name(int type);
void* uv_handle_get_data(const uv_handle_s* handle);
void uv_handle_set_data(uv_handle_s* handle, void* data);
void uv_close(uv_handle_s* handle, void (*closed)(uv_handle_s*));
void uv_ref(uv_handle_s* handle);
void uv_unref(uv_handle_s* handle);

int uv_poll_init(uv_loop_s* loop, uv_poll_s* handle, int fd);
int uv_poll_start(uv_poll_s* handle, int events, void (*ready)(uv_poll_s*, int status, int events));
int uv_poll_stop(uv_poll_s* handle);
}
