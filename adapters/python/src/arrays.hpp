// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_ARRAYS_HPP
#define SCHED_PYTHON_ARRAYS_HPP

// Python objects and NumPy arrays as spans; errors of the library as exceptions.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <numpy/arrayobject.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include <sched/model/clearing.hpp>

namespace sched_python {

/// What the module keeps per interpreter.
struct module_state {
  PyObject* error;     // MarketError
  PyObject* out_name;  // "out", interned
  PyTypeObject* clearing_type;
  PyTypeObject* merit_order_type;
  PyTypeObject* order_book_type;
};

/// An owned reference.
class owned {
public:
  owned() = default;
  explicit owned(PyObject* p) noexcept : p_(p) {}
  owned(owned&& o) noexcept : p_(o.release()) {}
  owned& operator=(owned&& o) noexcept {
    PyObject* const old = p_;
    p_ = o.release();
    Py_XDECREF(old);
    return *this;
  }
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  ~owned() { Py_XDECREF(p_); }
  [[nodiscard]] PyObject* get() const noexcept { return p_; }
  [[nodiscard]] PyObject* release() noexcept {
    PyObject* const p = p_;
    p_ = nullptr;
    return p;
  }
  explicit operator bool() const noexcept { return p_ != nullptr; }

private:
  PyObject* p_ = nullptr;
};

template <class T>
inline constexpr int type_number = sizeof(T) == 8 ? NPY_DOUBLE : NPY_FLOAT;

[[nodiscard]] inline PyArrayObject* as_array(PyObject* o) noexcept { return reinterpret_cast<PyArrayObject*>(o); }

/// An array of exactly this type and number of dimensions, contiguous, aligned and in the machine's byte order.
template <class T>
[[nodiscard]] inline bool is_plain(PyObject* o, int dimensions) noexcept {
  return PyArray_CheckExact(o) && PyArray_NDIM(as_array(o)) == dimensions &&
         PyArray_TYPE(as_array(o)) == type_number<T> && PyArray_ISCARRAY_RO(as_array(o));
}

/// Elements; of one dimension without a call.
[[nodiscard]] inline std::size_t count_of(PyObject* o) noexcept {
  PyArrayObject* const a = as_array(o);
  return static_cast<std::size_t>(PyArray_NDIM(a) == 1 ? PyArray_DIM(a, 0) : PyArray_SIZE(a));
}

template <class T>
[[nodiscard]] inline std::span<T> items(PyObject* o) noexcept {
  return {static_cast<T*>(PyArray_DATA(as_array(o))), count_of(o)};
}

/// The object as a plain float64 array, by copy when it is anything else. Nothing is truncated: what does not convert
/// safely is refused.
[[nodiscard]] inline owned to_double(PyObject* o, int dimensions, const char* name) {
  if (is_plain<double>(o, dimensions)) return owned(Py_NewRef(o));
  owned any(PyArray_FROM_O(o));
  if (!any) return {};
  PyArrayObject* const array = as_array(any.get());
  if (PyArray_NDIM(array) != dimensions) {
    PyErr_Format(PyExc_ValueError, "%s: %d dimensions wanted, not %d", name, dimensions, PyArray_NDIM(array));
    return {};
  }
  if (!PyTypeNum_ISNUMBER(PyArray_TYPE(array)) || PyTypeNum_ISCOMPLEX(PyArray_TYPE(array))) {
    if (!PyArray_ISBOOL(array) && PyArray_SIZE(array) != 0) {
      PyErr_Format(PyExc_TypeError, "%s: real numbers wanted", name);
      return {};
    }
  }
  return owned(
      PyArray_FROMANY(any.get(), NPY_DOUBLE, dimensions, dimensions, NPY_ARRAY_CARRAY_RO | NPY_ARRAY_FORCECAST));
}

/// A number; NumPy scalars and 0-d arrays too. −1 with an exception set on failure.
[[nodiscard]] inline double to_number(PyObject* o) noexcept {
  if (PyFloat_CheckExact(o)) return PyFloat_AS_DOUBLE(o);
  if (PyArray_Check(o) && PyArray_NDIM(as_array(o)) != 0) {
    PyErr_SetString(PyExc_TypeError, "demand: a number wanted, not an array");
    return -1;
  }
  return PyFloat_AsDouble(o);
}

/// Checks memory to write to; false with ValueError set.
template <class T>
[[nodiscard]] inline bool check_output(PyObject* o, const char* name, std::size_t size, int dimensions = 0) {
  const char* fault = nullptr;
  if (!PyArray_Check(o)) fault = "a NumPy array wanted";
  else if (PyArray_TYPE(as_array(o)) != type_number<T>)
    fault = sizeof(T) == 8 ? "dtype float64 wanted" : "dtype float32 wanted";
  else if (!PyArray_ISWRITEABLE(as_array(o))) fault = "not writable";
  else if (!PyArray_ISCARRAY(as_array(o))) fault = "not C-contiguous and aligned";
  else if (count_of(o) != size || (dimensions != 0 && PyArray_NDIM(as_array(o)) != dimensions)) fault = "wrong size";
  if (fault == nullptr) return true;
  PyErr_Format(PyExc_ValueError, "%s: %s", name, fault);
  return false;
}

/// The bytes of contiguous arrays.
[[nodiscard]] inline bool overlap(std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
  return a.data() < b.data() + b.size() && b.data() < a.data() + a.size() && !a.empty() && !b.empty();
}
[[nodiscard]] inline std::span<const std::byte> bytes_of(PyObject* o) noexcept {
  return {static_cast<const std::byte*>(PyArray_DATA(as_array(o))),
          count_of(o) * static_cast<std::size_t>(PyArray_ITEMSIZE(as_array(o)))};
}
[[nodiscard]] inline bool overlaps(PyObject* a, PyObject* b) noexcept { return overlap(bytes_of(a), bytes_of(b)); }

/// Raises MarketError, a ValueError with `code` and `index` (None: no element). Returns nullptr.
inline PyObject* raise_fault(const module_state& state, sched::market_input_fault fault, const char* what = "") {
  const sched::market_error as_error(fault, what);
  const owned instance(PyObject_CallFunction(state.error, "s", as_error.what()));
  if (!instance) return nullptr;
  const std::string code(to_string(fault.code));
  const owned text(PyUnicode_FromString(code.c_str()));
  const owned index(fault.index == sched::market_input_fault::nowhere ? Py_NewRef(Py_None)
                                                                      : PyLong_FromSize_t(fault.index));
  if (!text || !index || PyObject_SetAttrString(instance.get(), "code", text.get()) < 0 ||
      PyObject_SetAttrString(instance.get(), "index", index.get()) < 0)
    return nullptr;
  PyErr_SetObject(state.error, instance.get());
  return nullptr;
}

/// C++ exceptions as Python's.
template <class F>
[[nodiscard]] inline PyObject* guarded(const module_state& state, const F& f) noexcept {
  try {
    return f();
  } catch (const sched::market_error& e) {
    return raise_fault(state, e.fault());
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
    return nullptr;
  }
}

/// Lets other threads run while it lives, when asked to.
class without_gil {
public:
  explicit without_gil(bool wanted) noexcept : state_(wanted ? PyEval_SaveThread() : nullptr) {}
  without_gil(const without_gil&) = delete;
  without_gil& operator=(const without_gil&) = delete;
  ~without_gil() {
    if (state_ != nullptr) PyEval_RestoreThread(state_);
  }

private:
  PyThreadState* state_;
};

/// From this many offers on, one call lets other threads run.
inline constexpr std::size_t long_call = 10'000;

}  // namespace sched_python

#endif
