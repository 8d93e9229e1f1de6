#include "app/config/load.h"

#include <algorithm>

#include "app/config/keys.h"
#include "app/config/values.h"
#include "app/text/display_width.h"
#include "app/text/nearest.h"
#include "redis/options.h"
#include "store/store.h"

namespace watchbill::app {

namespace {

constexpr std::size_t kLargestSecretFile = 64 * 1024;
constexpr std::size_t kLongestShownValue = 120;
constexpr std::size_t kShortSecret = 16;

std::string shown(const Key& key, std::string_view text) {
  auto value = printable(key.mask(text));
  if (value.size() > kLongestShownValue) value = value.substr(0, kLongestShownValue) + "…";
  return value;
}

class Loader {
 public:
  Loader(const Sources& sources, const Speaker& say) : sources_(sources), say_(say) {
    auto read = read_layers(sources, say);
    layers_ = std::move(read.layers);
    result_.problems = std::move(read.problems);
  }

  LoadedConfig load(Needs needs) {
    for (const auto& key : keys()) read(key);
    let_data_dir_flag_decide();
    check_engines(needs);
    check_public_url();
    note_short_secret();
    note_near_names();
    settle_paths(result_.config);
    return std::move(result_);
  }

 private:
  // The setting that counts; nullptr: none. An empty one is as good as none.
  const Setting* find(std::string_view name, std::string_view other_name = {}) const {
    for (const auto& layer : layers_) {
      for (const auto candidate : {name, other_name}) {
        const auto found = layer.find(candidate);
        if (found != layer.end() && !found->second.text.empty()) return &found->second;
      }
    }
    return nullptr;
  }

  void read(const Key& key) {
    const Setting* setting = find(key.name, key.other_name);
    Setting from_file;
    if (const auto file_key = std::string(key.name) + "_FILE"; key.secret) {
      if (const Setting* file = find(file_key)) {
        if (setting) return report_both(key, *setting, file_key, *file);
        if (!read_secret_file(file_key, *file, from_file)) return;
        setting = &from_file;
      }
    }
    if (!setting) return;
    if (setting->doubtful_hash) {
      report(key, *setting, say_("put the value in quotation marks: some programs take '#' for a comment"),
             say_(key.allowed));
    } else if (!key.read(setting->text, result_.config)) {
      report(key, *setting, say_("not allowed"), say_(key.allowed));
    } else {
      result_.origins[std::string(key.name)] = setting->origin;
    }
  }

  bool read_secret_file(const std::string& file_key, const Setting& named, Setting& setting) {
    const auto path = sources_.folder / named.text;
    std::string error;
    setting.text = read_file(path, kLargestSecretFile, error);
    while (!setting.text.empty() && (setting.text.back() == '\n' || setting.text.back() == '\r')) {
      setting.text.pop_back();
    }
    setting.origin = {Origin::Kind::file, path.string()};
    if (error.empty() && setting.text.empty()) error = say_("the file is empty");
    if (error.empty()) return true;
    result_.problems.push_back({.key = file_key,
                                .origin = describe(named.origin, say_),
                                .value = printable(named.text),
                                .message = say_("cannot be read: {}", error),
                                .allowed = say_("the path of a readable file that is not empty")});
    return false;
  }

  void report(const Key& key, const Setting& setting, std::string message, std::string allowed) {
    result_.problems.push_back({.key = std::string(key.name),
                                .origin = describe(setting.origin, say_),
                                .value = shown(key, setting.text),
                                .message = std::move(message),
                                .allowed = std::move(allowed)});
  }

  void report_both(const Key& key, const Setting& setting, const std::string& file_key, const Setting& file) {
    report(key, setting,
           say_("{0} is set as well ({1}): keep one of the two", file_key, describe(file.origin, say_)),
           say_("either {0} or {1}", key.name, file_key));
  }

  // Who names a folder on the command line means the database too, whatever a file in the working directory
  // says.
  void let_data_dir_flag_decide() {
    if (result_.origin_of("DATA_DIR").kind != Origin::Kind::flag) return;
    result_.config.database_url.clear();
    result_.origins.erase("DATABASE_URL");
  }

  // What only they can tell.
  void check_engines(Needs needs) {
    const auto& config = result_.config;
    if (needs.database && !config.database_url.empty()) {
      try {
        store::useful_stores(config.database_url);
      } catch (const store::Error& error) {
        report_read("DATABASE_URL", config.database_url, error.what(),
                    say_(find_key("DATABASE_URL")->allowed));
      }
    }
    if (needs.queue && !config.redis_url.empty()) {
      try {
        redis::parse_url(config.redis_url);
      } catch (const std::invalid_argument& error) {
        report_read("REDIS_URL", config.redis_url, error.what(), say_(find_key("REDIS_URL")->allowed));
      }
    }
    if (needs.shared_queue && config.redis_url.empty()) {
      report(*find_key("REDIS_URL"), {},
             say_("not set: a worker takes its rounds from there; `watchbill up` needs none"),
             say_(find_key("REDIS_URL")->allowed));
    }
    if (needs.shared_queue && config.database_url.empty()) {
      report(*find_key("DATABASE_URL"), {},
             say_("not set: a worker needs the database of those who give it the rounds"),
             say_(find_key("DATABASE_URL")->allowed));
    }
  }

  // Links, and calls of the dispatcher with its secret, would go to what else lies on that host.
  void check_public_url() {
    const auto& config = result_.config;
    if (config.public_url.empty() || config.base_path.empty()) return;
    const auto wanted = with_path(config.public_url, config.base_path);
    if (config.public_url == wanted) return;
    report_read("PUBLIC_URL", config.public_url,
                say_("its path must be BASE_PATH, which is {0} ({1})", config.base_path,
                     describe(result_.origin_of("BASE_PATH"), say_)),
                wanted);
  }

  // Of a setting that its key took.
  void report_read(std::string_view name, const std::string& text, std::string message, std::string allowed) {
    report(*find_key(name), {text, result_.origin_of(name)}, std::move(message), std::move(allowed));
  }

  void note(std::string key, const Origin& origin, std::string value, std::string message) {
    result_.problems.push_back({.fatal = false,
                                .key = std::move(key),
                                .origin = describe(origin, say_),
                                .value = std::move(value),
                                .message = std::move(message)});
  }

  void note_short_secret() {
    for (const auto& secret : split_list(result_.config.cron_secret)) {
      if (secret.size() >= kShortSecret) continue;
      note("CRON_SECRET", result_.origin_of("CRON_SECRET"), "***",
           say_("easy to guess: use 16 characters or more, e.g. from `openssl rand -hex 24`"));
      return;
    }
  }

  // In the .env files only: an environment is full of names that are none of ours.
  void note_near_names() {
    std::vector<std::string_view> names;
    for (const auto& key : keys()) names.push_back(key.name);
    for (const auto& layer : layers_) {
      for (const auto& [name, setting] : layer) {
        const bool secret_file = name.ends_with("_FILE") && find_key(name.substr(0, name.size() - 5));
        if (setting.origin.kind != Origin::Kind::file || find_key(name) || secret_file) continue;
        if (const auto near = nearest(name, names)) {
          note(name, setting.origin, "", say_("is not read; did you mean {}?", *near));
        }
      }
    }
  }

  const Sources& sources_;
  const Speaker& say_;
  std::vector<Layer> layers_;
  LoadedConfig result_;
};

}  // namespace

bool LoadedConfig::valid() const {
  return std::none_of(problems.begin(), problems.end(), [](const Problem& p) { return p.fatal; });
}

Origin LoadedConfig::origin_of(std::string_view key) const {
  const auto found = origins.find(key);
  return found == origins.end() ? Origin() : found->second;
}

LoadedConfig load_config(const Sources& sources, Needs needs, const Speaker& say) {
  return Loader(sources, say).load(needs);
}

}  // namespace watchbill::app
