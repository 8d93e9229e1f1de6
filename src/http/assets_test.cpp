#include "http/assets.h"

#include <gtest/gtest.h>

namespace watchbill::http {
namespace {

constexpr std::string_view kPage = "<base href=\"%BASE_HREF%\"><p>page</p>";

std::vector<AssetFile> files() {
  AssetFile index{"/index.html", "text/html; charset=utf-8", kPage, "page.br", "page.gz", "", false, nullptr};
  AssetFile script{
      "/assets/app-1a2b.js", "text/javascript", "script", "script.br", "script.gz", "tag", true, nullptr};
  AssetFile image{"/logo.svg", "image/svg+xml", "<svg/>", "", "", "", false, nullptr};
  return {index, script, image};
}

class AssetsTest : public testing::Test {
 protected:
  Response get(std::string path, Pairs headers = {}) { return respond(assets_, std::move(path), headers); }
  static Response respond(const Assets& assets, std::string path, const Pairs& headers = {},
                          Method method = Method::get) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return assets.respond(request);
  }
  static std::string_view bytes(const Response& response) {
    return std::get<SharedBlob>(response.body).bytes;
  }

  Assets assets_{files(), "", plain_error};
};

TEST_F(AssetsTest, serves_a_file_with_its_type) {
  const auto response = get("/logo.svg");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(bytes(response), "<svg/>");
  EXPECT_EQ(response.headers.get("Content-Type"), "image/svg+xml");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
  EXPECT_FALSE(response.headers.contains("Vary"));
}

TEST_F(AssetsTest, chooses_the_smallest_form_that_the_client_takes) {
  const auto chosen = [&](std::string accepted) {
    return std::string(bytes(get("/assets/app-1a2b.js", {{"Accept-Encoding", std::move(accepted)}})));
  };
  EXPECT_EQ(chosen("gzip, deflate, br, zstd"), "script.br");
  EXPECT_EQ(chosen("gzip"), "script.gz");
  EXPECT_EQ(chosen("GZIP;q=0.5"), "script.gz");
  EXPECT_EQ(chosen("br;q=0, gzip;q=0.001"), "script.gz");
  EXPECT_EQ(chosen("br; q=0.000, *"), "script.gz");
  EXPECT_EQ(chosen("*"), "script.br");
  EXPECT_EQ(chosen("*;q=0"), "script");
  EXPECT_EQ(chosen("identity"), "script");
  EXPECT_EQ(chosen(""), "script");
  EXPECT_EQ(chosen("x-gzip, brotli"), "script");
  const auto response = get("/assets/app-1a2b.js", {{"Accept-Encoding", "br"}});
  EXPECT_EQ(response.headers.get("Content-Encoding"), "br");
  EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(get("/assets/app-1a2b.js").headers.get("Vary"), "Accept-Encoding");
}

TEST_F(AssetsTest, lets_hashed_names_be_cached_for_ever) {
  EXPECT_EQ(get("/assets/app-1a2b.js").headers.get("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(AssetsTest, says_when_the_client_has_it_already) {
  const auto etag = std::string(get("/assets/app-1a2b.js").headers.get("ETag"));
  EXPECT_EQ(etag, "\"tag\"");
  const std::vector<std::string> known = {etag, "W/" + etag, "\"x\", " + etag, "*"};
  for (const auto& tags : known) {
    const auto response = get("/assets/app-1a2b.js", {{"If-None-Match", tags}});
    EXPECT_EQ(response.status, 304) << tags;
    EXPECT_EQ(response.headers.get("ETag"), etag);
    EXPECT_TRUE(response.headers.contains("Cache-Control"));
    EXPECT_TRUE(response.headers.contains("Vary"));
    EXPECT_FALSE(response.headers.contains("Content-Type"));
  }
  for (const char* other : {"\"other\"", "", "tag"})
    EXPECT_EQ(get("/assets/app-1a2b.js", {{"If-None-Match", other}}).status, 200) << other;
  // A tag belongs to one form.
  EXPECT_EQ(get("/assets/app-1a2b.js", {{"If-None-Match", etag}, {"Accept-Encoding", "br"}}).status, 200);
  EXPECT_EQ(get("/assets/app-1a2b.js", {{"If-None-Match", "\"tag-br\""}, {"Accept-Encoding", "br"}}).status,
            304);
}

TEST_F(AssetsTest, makes_tags_of_the_bytes) {
  const auto etag = std::string(get("/logo.svg").headers.get("ETag"));
  EXPECT_EQ(etag.size(), 34u);
  EXPECT_NE(etag, get("/").headers.get("ETag"));
}

TEST_F(AssetsTest, answers_the_pages_routes_with_the_page) {
  for (const char* path : {"/", "/index.html", "/monitors/7", "/settings/", "/v1.2/x"})
    EXPECT_TRUE(bytes(get(path)).ends_with("<p>page</p>")) << path;
  for (const char* path : {"/missing.js", "/assets/app-0000.js", "/.env", "/logo.svg/..", "/a/.git"})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(AssetsTest, answers_get_and_head_only) {
  EXPECT_EQ(respond(assets_, "/logo.svg", {}, Method::head).status, 200);
  for (auto method : {Method::post, Method::del, Method::other}) {
    const auto response = respond(assets_, "/logo.svg", {}, method);
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD");
  }
}

TEST_F(AssetsTest, lives_under_a_base_path) {
  const Assets assets(files(), "/wb", plain_error);
  EXPECT_EQ(bytes(respond(assets, "/wb/")), "<base href=\"/wb/\"><p>page</p>");
  EXPECT_EQ(bytes(respond(assets, "/wb/monitors/7")), "<base href=\"/wb/\"><p>page</p>");
  EXPECT_EQ(bytes(respond(assets, "/wb/logo.svg")), "<svg/>");
  const auto redirect = respond(assets, "/wb");
  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.headers.get("Location"), "/wb/");
  for (const char* path : {"/", "/logo.svg", "/wbx", "/wbx/logo.svg"})
    EXPECT_EQ(respond(assets, path).status, 404) << path;
}

TEST_F(AssetsTest, fills_the_base_href_once_and_drops_stale_compressed_forms) {
  EXPECT_EQ(bytes(get("/", {{"Accept-Encoding", "br, gzip"}})), "<base href=\"/\"><p>page</p>");
  EXPECT_NE(get("/").headers.get("ETag"),
            respond(Assets(files(), "/wb", plain_error), "/wb/").headers.get("ETag"));
}

TEST_F(AssetsTest, without_a_page_knows_files_only) {
  auto without = files();
  without.erase(without.begin());
  const Assets assets(without, "", plain_error);
  EXPECT_EQ(respond(assets, "/").status, 404);
  EXPECT_EQ(respond(assets, "/monitors").status, 404);
  EXPECT_EQ(respond(assets, "/logo.svg").status, 200);
}

}  // namespace
}  // namespace watchbill::http
