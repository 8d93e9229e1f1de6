#include "probe/content.h"

#include <fmt/format.h>
#include <cstring>

#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::Cause;
using domain::Phase;

// memmem is linear even for texts made to be slow; std::string_view::find is not.
bool contains(std::string_view text, std::string_view word) {
  return memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

std::string size_text(std::size_t bytes) { return fmt::format("{} KiB", bytes / 1024); }

}  // namespace

bool Content::take(std::string_view piece) {
  const auto room = cap_ - read_;
  cut_ = piece.size() > room;
  piece = piece.substr(0, room);
  read_ += piece.size();
  if (config_.keyword && !keyword_found_) keyword_found_ = completes_keyword(piece);
  if (config_.pattern) text_.append(piece);
  const bool decided = keyword_found_ && (!config_.pattern || !config_.keyword->present);
  return !cut_ && !decided;
}

// It may have begun in the pieces before.
bool Content::completes_keyword(std::string_view piece) {
  const auto& word = config_.keyword->text;
  const auto overlap = word.empty() ? 0 : word.size() - 1;
  tail_.append(piece.substr(0, overlap));
  if (contains(tail_, word) || contains(piece, word)) return true;
  if (piece.size() > overlap) tail_ = piece.substr(piece.size() - overlap);
  if (tail_.size() > overlap) tail_.erase(0, tail_.size() - overlap);
  return false;
}

std::optional<Failure> Content::keyword_failure() const {
  if (!config_.keyword) return std::nullopt;
  return judge(*config_.keyword, keyword_found_, true);
}

std::optional<Failure> Content::pattern_failure(bool found) const {
  return judge(*config_.pattern, found, false);
}

// What was not found might be in the part that was not read.
std::optional<Failure> Content::judge(const ContentRule& rule, bool found, bool is_keyword) const {
  const char* what = is_keyword ? "keyword" : "pattern";
  if (!found && cut_)
    return Failure{
        Cause::too_large, Phase::body,
        fmt::format("the {} is not in the first {} of the answer, which is larger", what, size_text(cap_))};
  if (found == rule.present) return std::nullopt;
  const auto shown = printable(rule.text, 120);
  if (rule.present)
    return Failure{is_keyword ? Cause::keyword_missing : Cause::pattern_missing, Phase::assertion,
                   fmt::format("the {} \"{}\" is not in the answer", what, shown)};
  return Failure{is_keyword ? Cause::keyword_present : Cause::pattern_present, Phase::assertion,
                 fmt::format("the {} \"{}\" is in the answer", what, shown)};
}

}  // namespace watchbill::probe
