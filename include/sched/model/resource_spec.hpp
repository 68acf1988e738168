// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RESOURCE_SPEC_HPP
#define SCHED_MODEL_RESOURCE_SPEC_HPP

/// \file
/// "Anyone of": the expressions that say who may do a task.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
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
    for (const roadmap_resource& r : people.resources) {
      const bool fresh = declared_.emplace(r.name, static_cast<std::uint32_t>(declared_.size())).second;
      if (!fresh) throw error("resource \"" + r.name + "\" is declared twice", {r.name});
    }
    for (const auto& [name, members] : people.groups) {
      if (!groups_.emplace(name, &members).second) throw error("group \"" + name + "\" is declared twice", {name});
      for (const std::string& member : members) {
        const std::string_view plain = member.starts_with('!') ? std::string_view(member).substr(1) : member;
        if (plain != "*" && !declared_.contains(std::string(plain))) refuse_member(name, member);
      }
    }
  }

  [[nodiscard]] bool is_resource(const std::string& name) const { return declared_.contains(name); }
  [[nodiscard]] bool is_group(const std::string& name) const { return groups_.contains(name); }

  /// Someone in an expansion: a position in `roadmap_resources::resources`, or a name that is not declared.
  struct somebody {
    static constexpr std::uint32_t undeclared = 0xffffffffU;
    std::uint32_t index = undeclared;
    std::string name{};  ///< only of the undeclared
    bool operator==(const somebody&) const = default;
  };

  /// Who may do it, in order of preference. Throws `sched::error` for unknown names when strict. O(everybody).
  [[nodiscard]] std::vector<somebody> resolve(std::string_view text) const {
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
  /// The same by name.
  [[nodiscard]] std::vector<std::string> expand(std::string_view text) const {
    std::vector<std::string> names;
    for (somebody& who : resolve(text)) {
      if (who.index == somebody::undeclared) names.push_back(std::move(who.name));
      else names.push_back(people_->resources[who.index].name);
    }
    return names;
  }

private:
  [[noreturn]] static void refuse_member(const std::string& group, const std::string& member) {
    throw error("group \"" + group + "\": member \"" + member + "\" is no resource", {group, member});
  }
  static std::string_view trimmed(std::string_view s) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    return s;
  }

  [[nodiscard]] std::vector<somebody> join(const std::vector<std::string_view>& parts, std::string_view whole,
                                           bool groups) const {
    std::vector<somebody> included;
    std::vector<char> in(declared_.size(), 0);
    std::vector<char> out(declared_.size(), 0);
    std::vector<std::string> out_undeclared;
    bool any = false;
    const auto add = [&](const somebody& who) {
      if (who.index == somebody::undeclared) {
        if (std::ranges::find(included, who) == included.end()) included.push_back(who);
      } else if (in[who.index] == 0) {
        in[who.index] = 1;
        included.push_back(who);
      }
    };
    const auto everybody = [&] {
      for (std::uint32_t k = 0; k < declared_.size(); ++k) add({k, {}});
    };
    const auto named = [&](const std::string& name) -> somebody {
      if (const auto at = declared_.find(name); at != declared_.end()) return {at->second, {}};
      if (strict_) unknown(name, whole);
      return {somebody::undeclared, name};
    };
    const auto leave_out = [&](const somebody& who) {
      if (who.index == somebody::undeclared) out_undeclared.push_back(who.name);
      else out[who.index] = 1;
    };
    for (const std::string_view part : parts) {
      const std::string name(part);
      if (part.starts_with('!')) {
        const std::string without(part.substr(1));
        const auto group = groups ? groups_.find(without) : groups_.end();
        if (strict_ && group != groups_.end() && !declared_.contains(without)) {
          for (const somebody& member : members_of(*group->second, whole)) leave_out(member);
        } else {
          leave_out(named(without));
        }
        continue;
      }
      any = true;
      if (part.empty()) {  // nobody; not the same as exclusions only
        if (strict_) throw error("resource expression \"" + std::string(whole) + "\" has an empty part");
      } else if (part == "*") {
        everybody();
      } else if (const auto group = groups_.find(name); groups && group != groups_.end()) {
        for (const somebody& member : members_of(*group->second, whole)) add(member);
      } else {
        add(named(name));
      }
    }
    if (!any) everybody();
    std::erase_if(included, [&](const somebody& who) {
      if (who.index != somebody::undeclared) return out[who.index] != 0;
      return std::ranges::find(out_undeclared, who.name) != out_undeclared.end();
    });
    return included;
  }
  [[nodiscard]] std::vector<somebody> members_of(const std::vector<std::string>& members,
                                                 std::string_view whole) const {
    const std::vector<std::string_view> parts(members.begin(), members.end());
    return parts.empty() ? std::vector<somebody>{} : join(parts, whole, false);
  }
  [[noreturn]] static void unknown(const std::string& name, std::string_view whole) {
    throw error("resource expression \"" + std::string(whole) + "\": \"" + name + "\" is no resource and no group",
                {name});
  }

  const roadmap_resources* people_;
  bool strict_;
  std::unordered_map<std::string, std::uint32_t> declared_;
  std::unordered_map<std::string, const std::vector<std::string>*> groups_;
};

}  // namespace v0
}  // namespace sched

#endif
