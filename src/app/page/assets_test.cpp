#include "app/page/assets.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace watchbill::app {
namespace {

TEST(AssetFiles, JoinAFileAndItsCompressedForms) {
  const base::EmbeddedFile files[] = {
      {"assets/app-3f9c.js", "plain"}, {"assets/app-3f9c.js.br", "br"}, {"assets/app-3f9c.js.gz", "gzip"}};

  const auto assets = asset_files(files);

  ASSERT_EQ(assets.size(), 1u);
  EXPECT_EQ(assets[0].path, "/assets/app-3f9c.js");
  EXPECT_EQ(assets[0].content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(assets[0].identity, "plain");
  EXPECT_EQ(assets[0].br, "br");
  EXPECT_EQ(assets[0].gzip, "gzip");
}

TEST(AssetFiles, OnlyNamesMadeFromTheContentAreImmutable) {
  const base::EmbeddedFile files[] = {{"assets/app-3f9c.css", "a"}, {"index.html", "b"}};

  const auto assets = asset_files(files);

  ASSERT_EQ(assets.size(), 2u);
  EXPECT_TRUE(assets[0].immutable);
  EXPECT_FALSE(assets[1].immutable);
}

TEST(AssetFiles, AnUnknownKindIsOfferedAsBytes) {
  const base::EmbeddedFile files[] = {{"thing.unheard", "a"}};

  EXPECT_EQ(asset_files(files).at(0).content_type, "application/octet-stream");
}

TEST(PageAssets, HaveAnEntryAndSmallerFormsOfWhatIsLarge) {
  const auto assets = page_assets();

  EXPECT_TRUE(std::ranges::any_of(assets, [](const auto& asset) { return asset.path == "/index.html"; }));
  for (const auto& asset : assets) {
    EXPECT_FALSE(asset.identity.empty()) << asset.path;
    EXPECT_NE(asset.content_type, "application/octet-stream") << asset.path;
    if (asset.identity.size() < 10'000) continue;
    EXPECT_GT(asset.br.size(), 0u) << asset.path;
    EXPECT_GT(asset.gzip.size(), 0u) << asset.path;
    EXPECT_LT(asset.br.size(), asset.identity.size()) << asset.path;
    EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
  }
}

}  // namespace
}  // namespace watchbill::app
