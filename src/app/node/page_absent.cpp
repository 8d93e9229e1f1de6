// Instead of the page, in builds without it (-DWATCHBILL_PAGE=OFF): the API is served alone.
#include "app/page/assets.h"

namespace watchbill::app {

std::vector<http::AssetFile> page_assets() { return {}; }

}  // namespace watchbill::app
