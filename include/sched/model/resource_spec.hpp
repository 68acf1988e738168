// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RESOURCE_SPEC_HPP
#define SCHED_MODEL_RESOURCE_SPEC_HPP

/// \file
/// "Anyone of": the expressions that say who may do a task.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {

/// Expands resource expressions of a roadmap's people.
///
/// An expression is a list of parts between `|`: `*` (everybody, in the order of the roadmap), a group, a resource, or
/// `!name` (not that one). Parts are joined in their order, the first of equal names stays, excluded ones go; with
/// exclusions only, everybody else. A group stands for the expression of its members. Spaces around parts do not count.
///
/// Strict (native mode): `!group` excludes the members, and an unknown name is an error. Otherwise an unknown name
/// stands for itself, `!group` excludes a resource of that name, and the empty expression is nobody.
class resource_spec {
public:
  /// Keeps a reference. Throws `sched::error` for a group member that is no resource, `*` or an exclusion of one, and
  /// for a resource or group declared twice. O(size of the declaration).
  explicit resource_spec(const roadmap_resources& people, bool strict = true) : people_(&people), strict_(strict) {
    for (const roadmap_resource& r : people.resources)
      if (!declared_.emplace(r.name, &r).second) throw error("resource \"" + r.name + "\" is declared twice", {r.name});
    for (const auto& [name, members] : people.groups) {
      if (!groups_.emplace(name, &members).second) throw error("group \"" + name + "\" is declared twice", {name});
      for (const std::string& member : members) {
        const std::string_view plain = member.starts_with('!') ? std::string_view(member).substr(1) : member;
        if (plain != "*" && !declared_.contains(std::string(plain)))
          throw error("group \"" + name + "\": member \"" + member + "\" is no resource", {name, member});
      }
    }
  }

  [[nodiscard]] bool is_resource(const std::string& name) const { return declared_.contains(name); }
  [[nodiscard]] bool is_group(const std::string& name) const { return groups_.contains(name); }

  /// Names in order of preference. Throws `sched::error` for unknown names when strict. O(names in the expansion).
  [[nodiscard]] std::vector<std::string> expand(std::string_view text) const {
    std::vector<std::string_view> parts;
    if (text.find('|') == std::string_view::npos) {
      parts.push_back(text);
    } else {
      for (std::size_t from = 0; from <= text.size();) {
        const std::size_t bar = std::min(text.find('|', from), text.size());
        parts.push_back(trimmed(text.substr(from, bar - from)));
        from = bar + 1;
      }
    }
    return join(parts, text, true);
  }

private:
  static std::string_view trimmed(std::string_view s) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    return s;
  }

  [[nodiscard]] std::vector<std::string> join(const std::vector<std::string_view>& parts, std::string_view whole,
                                              bool groups) const {
    std::vector<std::string> included;
    std::unordered_map<std::string, char> excluded;
    std::unordered_map<std::string, char> seen;
    bool any = false;
    const auto add = [&](const std::string& name) {
      if (seen.emplace(name, 0).second) included.push_back(name);
    };
    const auto everybody = [&] {
      for (const roadmap_resource& r : people_->resources) add(r.name);
    };
    for (const std::string_view part : parts) {
      const std::string name(part);
      if (part.starts_with('!')) {
        const std::string without(part.substr(1));
        const auto group = groups ? groups_.find(without) : groups_.end();
        if (strict_ && group != groups_.end() && !declared_.contains(without)) {
          for (const std::string& member : members_of(*group->second, whole)) excluded.emplace(member, 0);
        } else {
          if (strict_ && !declared_.contains(without)) unknown(without, whole);
          excluded.emplace(without, 0);
        }
        continue;
      }
      if (part.empty()) {
        if (strict_) throw error("resource expression \"" + std::string(whole) + "\" has an empty part");
        any = true;  // nobody; not the same as exclusions only
        continue;
      }
      any = true;
      if (part == "*") {
        everybody();
      } else if (const auto group = groups_.find(name); groups && group != groups_.end()) {
        for (const std::string& member : members_of(*group->second, whole)) add(member);
      } else {
        if (strict_ && !declared_.contains(name)) unknown(name, whole);
        add(name);
      }
    }
    if (!any) everybody();
    std::erase_if(included, [&](const std::string& name) { return excluded.contains(name); });
    return included;
  }
  [[nodiscard]] std::vector<std::string> members_of(const std::vector<std::string>& members,
                                                    std::string_view whole) const {
    const std::vector<std::string_view> parts(members.begin(), members.end());
    return parts.empty() ? std::vector<std::string>{} : join(parts, whole, false);
  }
  [[noreturn]] static void unknown(const std::string& name, std::string_view whole) {
    throw error("resource expression \"" + std::string(whole) + "\": \"" + name + "\" is no resource and no group",
                {name});
  }

  const roadmap_resources* people_;
  bool strict_;
  std::unordered_map<std::string, const roadmap_resource*> declared_;
  std::unordered_map<std::string, const std::vector<std::string>*> groups_;
};

}  // namespace v0
}  // namespace sched

#endif
