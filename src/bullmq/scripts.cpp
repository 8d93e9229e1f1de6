#include "bullmq/scripts.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <span>
#include <stdexcept>

#include "base/embedded_file.h"

namespace watchbill::bullmq {

// Defined by the build: tools/take_bullmq_scripts.mjs.
std::span<const base::EmbeddedFile> script_files();

namespace {

// EVALSHA wants SHA-1; it names the script and protects nothing.
std::string sha1_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned at = 0; at < size; ++at) hex += fmt::format("{:02x}", digest[at]);
  return hex;
}

class Library {
 public:
  Library() {
    for (const auto& [path, bytes] : script_files()) {
      if (path == "VERSION") version_ = bytes;
      if (!path.ends_with(".lua")) continue;
      const auto dash = path.rfind('-');
      std::size_t keys = 0;
      std::from_chars(path.data() + dash + 1, path.data() + path.size(), keys);
      const auto name = path.substr(0, dash);
      scripts_.emplace(name, redis::Script{name, keys, hashes_.emplace_back(sha1_hex(bytes)), bytes});
    }
  }

  const redis::Script& find(std::string_view name) const {
    const auto found = scripts_.find(name);
    if (found == scripts_.end()) throw std::logic_error("BullMQ has no script " + std::string(name));
    return found->second;
  }
  std::string_view version() const { return version_; }

 private:
  std::deque<std::string> hashes_;
  std::map<std::string_view, redis::Script> scripts_;
  std::string_view version_;
};

const Library& library() {
  static const Library library;
  return library;
}

}  // namespace

const redis::Script& script(std::string_view name) { return library().find(name); }

std::string_view scripts_version() { return library().version(); }

}  // namespace watchbill::bullmq
