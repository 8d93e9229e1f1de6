#include "http/assets.h"

#include <algorithm>

#include "base/id.h"
#include "http/characters.h"
#include "http/refusal.h"

namespace watchbill::http {

namespace {

constexpr std::string_view kIndex = "/index.html";

// RFC 9110, 12.5.3: is `coding` acceptable? "gzip;q=0" refuses it, "*" stands for those not named.
bool accepts(std::string_view list, std::string_view coding) {
  bool any = false;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto name = trim(item.substr(0, item.find(';')));
    const auto weight = item.find("q=");
    const auto digits = weight == item.npos ? std::string_view("1") : trim(item.substr(weight + 2));
    const bool wanted = digits.find_first_of("123456789") != digits.npos;
    if (same_token(name, coding)) return wanted;
    if (name == "*") any = wanted;
  }
  return any;
}

// RFC 9110, 13.1.2: weak comparison against each tag of the list.
bool matches(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    const auto end = std::min(if_none_match.find(','), if_none_match.size());
    auto tag = trim(if_none_match.substr(0, end));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
    if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
  }
  return false;
}

// The page's routes have no dots in their last segment, its files have.
bool may_be_page_route(std::string_view path) { return path.substr(path.rfind('/')).find('.') == path.npos; }

void fill_base_href(AssetFile& index, const std::string& base_path) {
  auto text = std::string(index.identity);
  const auto at = text.find(Assets::kBaseHref);
  if (at == text.npos) return;
  text.replace(at, Assets::kBaseHref.size(), base_path + "/");
  const auto owner = std::make_shared<const std::string>(std::move(text));
  index.owner = owner;
  index.identity = *owner;
  index.br = index.gzip = {};
  index.etag.clear();
}

}  // namespace

Assets::Assets(std::vector<AssetFile> files, std::string base_path, ErrorRenderer render_error)
    : base_path_(std::move(base_path)), render_error_(std::move(render_error)) {
  for (auto& file : files) {
    if (file.path == kIndex) fill_base_href(file, base_path_);
    const auto tag = file.etag.empty() ? base::sha256_hex(file.identity).substr(0, 32) : file.etag;
    auto path = file.path;
    files_.insert_or_assign(std::move(path), Entry{std::move(file), '"' + tag + '"'});
  }
}

base::Task<Response> Assets::handle(Request& request) const { co_return respond(request); }

Response Assets::respond(const Request& request) const {
  const auto refuse = [&](const Refusal& refusal) {
    return render_error_(refusal.status, refusal.code, refusal.message);
  };
  std::string_view path = request.path;
  if (!path.starts_with(base_path_)) return refuse(refusals::kNotFound);
  path.remove_prefix(base_path_.size());
  if (request.method != Method::get && request.method != Method::head) {
    auto response = refuse(refusals::kMethod);
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
  if (path.empty() && !base_path_.empty()) return Response::redirect(308, base_path_ + "/");
  const auto* entry = find(path);
  return entry ? serve(*entry, request) : refuse(refusals::kNotFound);
}

const Assets::Entry* Assets::find(std::string_view path) const {
  if (!path.starts_with('/')) return nullptr;
  const bool names_index = path == "/";
  auto found = files_.find(names_index ? std::string(kIndex) : std::string(path));
  if (found == files_.end() && may_be_page_route(path)) found = files_.find(std::string(kIndex));
  return found == files_.end() ? nullptr : &found->second;
}

Response Assets::serve(const Entry& entry, const Request& request) const {
  const auto& file = entry.file;
  const auto accepted = request.headers.get("Accept-Encoding");
  auto etag = entry.etag;
  std::string_view coding, bytes = file.identity;
  if (!file.br.empty() && accepts(accepted, "br"))
    coding = "br", bytes = file.br;
  else if (!file.gzip.empty() && accepts(accepted, "gzip"))
    coding = "gzip", bytes = file.gzip;
  // Another form is another representation: its tag differs.
  if (!coding.empty()) etag.insert(etag.size() - 1, "-" + std::string(coding));

  const auto known = request.headers.find("If-None-Match");
  const bool same = known && matches(*known, etag);
  auto response =
      same ? Response{304, {}, std::string()} : Response::blob(200, file.content_type, {bytes, file.owner});
  if (!same && !coding.empty()) response.headers.add("Content-Encoding", coding);
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!file.br.empty() || !file.gzip.empty()) response.headers.add("Vary", "Accept-Encoding");
  return response;
}

}  // namespace watchbill::http
