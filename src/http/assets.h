// Static files from memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/message.h"

namespace watchbill::http {

// One file. Its bytes live as long as the program, or as `owner`.
struct AssetFile {
  std::string path;          // "/index.html", "/assets/app-3f9c.js"
  std::string content_type;  // "text/html; charset=utf-8"
  std::string_view identity;
  std::string_view br;     // empty: not available
  std::string_view gzip;   // empty: not available
  std::string etag;        // of the identity form, without quotes; empty: made from the bytes
  bool immutable = false;  // its name carries a hash of its content: cached for a year
  std::shared_ptr<const void> owner;
};

// Read-only after construction.
//
// GET and HEAD only (405 otherwise). Chooses br, gzip or identity by Accept-Encoding; ETag per form, 304 for
// If-None-Match; Cache-Control "no-cache" for names that stay and a year for immutable ones. A path without a
// file is answered with index.html when it can be a route of the page (its last segment has no dot), with 404
// otherwise.
class Assets {
 public:
  // `base_path` is "" or "/wb". Where /index.html holds the text `kBaseHref`, it is replaced once by the base
  // path with a slash at its end; its compressed forms are then left out, being of other bytes.
  Assets(std::vector<AssetFile> files, std::string base_path, ErrorRenderer render_error);

  static constexpr std::string_view kBaseHref = "%BASE_HREF%";

  // Use it as the router's fallback. A path outside of the base path is 404; the base path without its slash
  // is redirected.
  base::Task<Response> handle(Request& request) const;

  Response respond(const Request& request) const;

 private:
  struct Entry {
    AssetFile file;
    std::string etag;  // quoted, of the identity form
  };

  const Entry* find(std::string_view path) const;
  Response serve(const Entry& entry, const Request& request) const;

  std::string base_path_;
  ErrorRenderer render_error_;
  std::unordered_map<std::string, Entry> files_;
};

}  // namespace watchbill::http
