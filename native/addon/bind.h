// Turns a C++ function of numbers and byte arrays into a JavaScript one.
//
// `long Pread(int descriptor, Bytes out, int64_t offset)` becomes `pread(descriptor, out, offset)`: the parameter types say
// how each argument is read, so a family file holds host calls only. Types are not checked (src/ calls with right ones);
// a length always comes from the array. The first parameter may be `Environment&`, or `Transport&`: then the result is
// EBADF while none is open.
#pragma once

#include <errno.h>
#include <node_api.h>

#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>

#include "environment.h"

namespace occlum {

// A Uint8Array of the caller, valid during the call.
struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
  const char* text() const { return reinterpret_cast<const char*>(data); }
};

// Another typed array of the caller; `count` elements.
template <class T>
struct Words {
  T* data = nullptr;
  size_t count = 0;
};

// The host's result in the form of the kernel, from libc's (-1, errno).
inline long RawResult(long result) { return result == -1 ? -errno : result; }

inline void ReadArgument(napi_env env, napi_value value, int32_t* out) { napi_get_value_int32(env, value, out); }
inline void ReadArgument(napi_env env, napi_value value, uint32_t* out) { napi_get_value_uint32(env, value, out); }
inline void ReadArgument(napi_env env, napi_value value, int64_t* out) { napi_get_value_int64(env, value, out); }
inline void ReadArgument(napi_env env, napi_value value, double* out) { napi_get_value_double(env, value, out); }
inline void ReadArgument(napi_env, napi_value value, napi_value* out) { *out = value; }
inline void ReadArgument(napi_env env, napi_value value, Bytes* out) {
  napi_typedarray_type type;
  napi_get_typedarray_info(env, value, &type, &out->size, reinterpret_cast<void**>(&out->data), nullptr, nullptr);
}
template <class T>
void ReadArgument(napi_env env, napi_value value, Words<T>* out) {
  napi_typedarray_type type;
  napi_get_typedarray_info(env, value, &type, &out->count, reinterpret_cast<void**>(&out->data), nullptr, nullptr);
}

inline napi_value Result(napi_env, napi_value value) { return value; }
inline napi_value Result(napi_env env, long number) {
  napi_value value = nullptr;
  if (number >= INT32_MIN && number <= INT32_MAX) {
    napi_create_int32(env, static_cast<int32_t>(number), &value);
  } else {
    napi_create_int64(env, number, &value);
  }
  return value;
}

inline Environment& EnvironmentOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Environment*>(data);
}

template <class... A, class Function, size_t... I>
napi_value Call(napi_env env, napi_callback_info info, Function function, std::index_sequence<I...>) {
  napi_value values[sizeof...(A) + 1];
  size_t count = sizeof...(A);
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  std::tuple<A...> arguments{};
  (ReadArgument(env, values[I], &std::get<I>(arguments)), ...);
  return Result(env, function(std::get<I>(arguments)...));
}

template <class R, class... A>
napi_value Unpack(napi_env env, napi_callback_info info, R (*function)(A...)) {
  const auto call = [=](A... arguments) { return function(arguments...); };
  return Call<A...>(env, info, call, std::index_sequence_for<A...>{});
}

template <class R, class... A>
napi_value Unpack(napi_env env, napi_callback_info info, R (*function)(Environment&, A...)) {
  Environment& environment = EnvironmentOf(env);
  const auto call = [&](A... arguments) { return function(environment, arguments...); };
  return Call<A...>(env, info, call, std::index_sequence_for<A...>{});
}

template <class R, class... A>
napi_value Unpack(napi_env env, napi_callback_info info, R (*function)(Transport&, A...)) {
  Transport* transport = EnvironmentOf(env).transport;
  if (transport == nullptr) return Result(env, static_cast<long>(-EBADF));
  const auto call = [&](A... arguments) { return function(*transport, arguments...); };
  return Call<A...>(env, info, call, std::index_sequence_for<A...>{});
}

template <auto Function>
napi_value Bound(napi_env env, napi_callback_info info) {
  return Unpack(env, info, Function);
}

}  // namespace occlum
