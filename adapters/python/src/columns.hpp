// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_COLUMNS_HPP
#define SCHED_PYTHON_COLUMNS_HPP

// Tables as columns: tuples and mappings of arrays in, dictionaries of arrays out.

#include <array>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arrays.hpp"

#include <sched/model/orders.hpp>
#include <sched/pricing/any_rules.hpp>

namespace sched_python {

/// Thrown with a Python exception set.
struct python_error {};

/// `guarded` for functions that may leave by `python_error`.
template <class F>
[[nodiscard]] inline PyObject* answered(const module_state& state, const F& f) noexcept {
  return guarded(state, [&]() -> PyObject* {
    try {
      return f();
    } catch (const python_error&) {
      return nullptr;
    }
  });
}

[[noreturn]] inline void refuse(PyObject* type, const std::string& why) {
  PyErr_SetString(type, why.c_str());
  throw python_error();
}

[[nodiscard]] inline owned checked(PyObject* o) {
  if (o == nullptr) throw python_error();
  return owned(o);
}

/// Arrays that live as long as this does.
class column_store {
public:
  /// Real numbers, by copy when they are not plain float64.
  [[nodiscard]] std::span<const double> reals(PyObject* o, const std::string& name, int dimensions = 1) {
    kept_.push_back(checked(to_double(o, dimensions, name.c_str()).release()));
    return items<const double>(kept_.back().get());
  }
  /// Whole numbers; floating numbers are refused, not truncated.
  [[nodiscard]] std::span<const std::int64_t> integers(PyObject* o, const std::string& name) {
    const owned any = checked(PyArray_FROM_O(o));
    PyArrayObject* const a = as_array(any.get());
    if (PyArray_SIZE(a) != 0 && !PyArray_ISINTEGER(a) && !PyArray_ISBOOL(a))
      refuse(PyExc_TypeError, name + ": whole numbers wanted");
    if (PyArray_NDIM(a) != 1) refuse(PyExc_ValueError, name + ": one dimension wanted");
    const int flags = NPY_ARRAY_CARRAY_RO | (PyArray_SIZE(a) == 0 ? NPY_ARRAY_FORCECAST : 0);
    kept_.push_back(checked(PyArray_FROMANY(any.get(), NPY_INT64, 1, 1, flags)));
    return items<const std::int64_t>(kept_.back().get());
  }

private:
  std::vector<owned> kept_;
};

/// A tuple of columns of one length.
class column_tuple {
public:
  column_tuple(const module_state& state, column_store& store, PyObject* o, std::string name, Py_ssize_t least,
               Py_ssize_t most)
      : state_(state), store_(store), name_(std::move(name)) {
    if (o == nullptr || o == Py_None) return;
    parts_ = checked(PySequence_Fast(o, (name_ + ": a tuple of columns wanted").c_str()));
    const Py_ssize_t n = PySequence_Fast_GET_SIZE(parts_.get());
    if (n < least || n > most)
      refuse(PyExc_ValueError, name_ + ": " + std::to_string(least) + " to " + std::to_string(most) +
                                   " columns wanted, not " + std::to_string(n));
  }
  [[nodiscard]] bool has(Py_ssize_t k) const { return parts_ && k < PySequence_Fast_GET_SIZE(parts_.get()); }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_.value_or(0); }

  [[nodiscard]] std::span<const double> reals(Py_ssize_t k, const char* column) {
    if (!has(k)) return {};
    return of_length(store_.reals(part(k), name_ + ": " + column), column);
  }
  [[nodiscard]] std::span<const std::int64_t> integers(Py_ssize_t k, const char* column) {
    if (!has(k)) return {};
    return of_length(store_.integers(part(k), name_ + ": " + column), column);
  }
  [[nodiscard]] PyObject* part(Py_ssize_t k) const { return PySequence_Fast_GET_ITEM(parts_.get(), k); }

private:
  template <class T>
  std::span<const T> of_length(std::span<const T> column, const char* what) {
    if (!rows_) rows_ = column.size();
    if (column.size() != *rows_) {
      raise_fault(state_, {sched::market_fault::length_mismatch, column.size()}, (name_ + ": " + what).c_str());
      throw python_error();
    }
    return column;
  }
  const module_state& state_;
  column_store& store_;
  std::string name_;
  owned parts_;
  std::optional<std::size_t> rows_;
};

/// 1 sells, -1 buys: the sign with which what is accepted enters the balance.
[[nodiscard]] inline sched::market_side side_of(std::int64_t sign, const char* name = "side") {
  if (sign == 1) return sched::market_side::sell;
  if (sign == -1) return sched::market_side::buy;
  refuse(PyExc_ValueError, std::string(name) + ": 1 (sells) or -1 (buys) wanted, not " + std::to_string(sign));
}

/// An infinite limit on the good side is none.
[[nodiscard]] inline bool without_limit(sched::market_side s, double price) noexcept {
  return std::isinf(price) && (price > 0) == (s == sched::market_side::buy);
}

[[nodiscard]] inline sched::curve_segment segment_of(sched::market_side s, double from, double to, double volume) {
  sched::curve_segment o(s, from, to, volume);
  if (without_limit(s, from)) {
    o.price_taking = true;
    o.price = o.price_end = 0;
  }
  return o;
}

/// A dictionary that is built up.
class answer {
public:
  answer() : dict_(checked(PyDict_New())) {}
  /// Takes the reference; null: a Python exception is set.
  answer& put(const char* key, PyObject* value) {
    const owned kept = checked(value);
    if (PyDict_SetItemString(dict_.get(), key, kept.get()) < 0) throw python_error();
    return *this;
  }
  answer& put(const char* key, double x) { return put(key, PyFloat_FromDouble(x)); }
  answer& put(const char* key, bool x) { return put(key, PyBool_FromLong(x ? 1 : 0)); }
  answer& put(const char* key, std::string_view x) {
    return put(key, PyUnicode_FromStringAndSize(x.data(), static_cast<Py_ssize_t>(x.size())));
  }
  [[nodiscard]] PyObject* release() noexcept { return dict_.release(); }

private:
  owned dict_;
};

template <class T>
[[nodiscard]] inline PyObject* new_array(std::span<const T> from, int type, std::initializer_list<npy_intp> shape) {
  PyObject* const out = PyArray_SimpleNew(static_cast<int>(shape.size()), const_cast<npy_intp*>(shape.begin()), type);
  if (out != nullptr && !from.empty()) std::memcpy(PyArray_DATA(as_array(out)), from.data(), from.size_bytes());
  return out;
}
[[nodiscard]] inline PyObject* new_reals(std::span<const double> from) {
  return new_array(from, NPY_DOUBLE, {static_cast<npy_intp>(from.size())});
}
[[nodiscard]] inline PyObject* new_reals(std::span<const double> from, std::size_t rows, std::size_t columns) {
  return new_array(from, NPY_DOUBLE, {static_cast<npy_intp>(rows), static_cast<npy_intp>(columns)});
}
template <class T>
[[nodiscard]] inline PyObject* new_integers(const std::vector<T>& from) {
  std::vector<std::int64_t> wide;
  wide.reserve(from.size());
  for (const T x : from) wide.push_back(static_cast<std::int64_t>(x));
  return new_array(std::span<const std::int64_t>(wide), NPY_INT64, {static_cast<npy_intp>(wide.size())});
}

/// The rule of a name among those of a type.
template <class Rule>
[[nodiscard]] inline Rule named_rule(const char* name, const char* question, const sched::rule_numbers& n) {
  if (const auto found = Rule::named(name, n)) return *found;
  std::string all;
  for (const std::string_view each : Rule::names) all.append(all.empty() ? "" : ", ").append(each);
  refuse(PyExc_ValueError, std::string(question) + ": '" + name + "' is not one of " + all);
}

/// A pricing rule of one price for everybody, chosen by name.
struct uniform_rule {
  sched::any_pricing rule{};
  [[nodiscard]] double operator()(const sched::margin_record<double>& m) const { return rule(m).sell; }
};
[[nodiscard]] inline uniform_rule named_uniform(const char* name, const sched::rule_numbers& n) {
  uniform_rule out{named_rule<sched::any_pricing>(name, "pricing", n)};
  if (out.rule.per_order() || std::holds_alternative<sched::pricing::lao_seller_lab_buyer>(out.rule.rule()))
    refuse(PyExc_ValueError, std::string("pricing: '") + name + "' has no single price for a zone");
  return out;
}

}  // namespace sched_python

#endif
