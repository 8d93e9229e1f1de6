#include "http/router.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

namespace watchbill::http {
namespace {

base::Task<Response> name_route(std::string name, Request& request) {
  for (const auto& [key, value] : request.path_parameters) name += " " + key + "=" + value;
  co_return Response::text(200, std::move(name));
}

Handler named(std::string name) {
  return [name](Request& request) { return name_route(name, request); };
}

class RouterTest : public testing::Test {
 protected:
  void add(Router& router, Method method, const char* pattern) {
    router.add(method, pattern, named(pattern));
  }

  Response ask(const Router& router, Method method, std::string path) {
    Request request;
    request.method = method;
    request.path = std::move(path);
    Response response;
    base::asio::io_context reactor;
    base::asio::co_spawn(reactor, router.handle(request),
                         [&](std::exception_ptr, Response answer) { response = std::move(answer); });
    reactor.run();
    return response;
  }
  std::string answer(const Router& router, std::string path) {
    return std::get<std::string>(ask(router, Method::get, std::move(path)).body);
  }

  Router router_{plain_error};
};

TEST_F(RouterTest, prefers_text_to_parameters_and_tries_both) {
  for (const char* pattern : {"/m/{id}", "/m/new", "/m/{id}/results", "/m/{id}/{part}/x", "/m/new/y", "/"})
    add(router_, Method::get, pattern);
  EXPECT_EQ(answer(router_, "/m/new"), "/m/new");
  EXPECT_EQ(answer(router_, "/m/7"), "/m/{id} id=7");
  EXPECT_EQ(answer(router_, "/m/new/results"), "/m/{id}/results id=new");
  EXPECT_EQ(answer(router_, "/m/a b/c/x"), "/m/{id}/{part}/x id=a b part=c");
  EXPECT_EQ(answer(router_, "/m/results/x/x"), "/m/{id}/{part}/x id=results part=x");
  EXPECT_EQ(answer(router_, "/"), "/");
  for (const char* path : {"/m", "/x", "/m/7/", "/m/7/other", "/m/new/y/z", "/M/new"})
    EXPECT_EQ(ask(router_, Method::get, path).status, std::string(path) == "/m/7/" ? 200 : 404) << path;
}

TEST_F(RouterTest, names_the_methods_that_a_path_answers) {
  add(router_, Method::get, "/a/{id}");
  add(router_, Method::del, "/a/{id}");
  add(router_, Method::post, "/b");
  for (auto method : {Method::post, Method::put, Method::other}) {
    const auto response = ask(router_, method, "/a/1");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD, DELETE, OPTIONS");
  }
  EXPECT_EQ(ask(router_, Method::head, "/a/1").status, 200);
  EXPECT_EQ(ask(router_, Method::head, "/b").status, 405);
  const auto options = ask(router_, Method::options, "/b");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.get("Allow"), "POST, OPTIONS");
  EXPECT_EQ(ask(router_, Method::options, "*").status, 204);
  EXPECT_EQ(ask(router_, Method::other, "/c").status, 404);
}

TEST_F(RouterTest, lets_each_method_name_its_parameters) {
  router_.add(Method::get, "/a/{id}", named("get"));
  router_.add(Method::put, "/a/{name}", named("put"));
  EXPECT_EQ(std::get<std::string>(ask(router_, Method::put, "/a/1").body), "put name=1");
}

TEST_F(RouterTest, leaves_unknown_paths_to_the_fallback_but_never_those_of_its_routes) {
  add(router_, Method::get, "/api/v1/me");
  router_.set_fallback(named("page"));
  for (const char* path : {"/", "/monitors/7", "/apis", "/x.js"})
    EXPECT_EQ(answer(router_, path), "page") << path;
  for (const char* path : {"/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/me/x"})
    EXPECT_EQ(ask(router_, Method::get, path).status, 404) << path;
}

TEST_F(RouterTest, lies_under_its_base_path) {
  Router router(plain_error, "/wb");
  add(router, Method::get, "/a");
  add(router, Method::get, "/");
  EXPECT_EQ(answer(router, "/wb/a"), "/a");
  EXPECT_EQ(answer(router, "/wb/"), "/");
  EXPECT_EQ(answer(router, "/wb"), "/");
  for (const char* path : {"/a", "/", "/wba", "/wb/b"})
    EXPECT_EQ(ask(router, Method::get, path).status, 404) << path;
}

TEST_F(RouterTest, refuses_mistakes_of_its_maker) {
  add(router_, Method::get, "/a/{id}");
  for (const char* pattern :
       {"", "a", "/a/", "/a//b", "/{", "/{}", "/a{b}", "/a b", "/a%20b", "/a/..", "/a/{other}"})
    EXPECT_THROW(add(router_, Method::get, pattern), std::logic_error) << pattern;
  EXPECT_THROW(add(router_, Method::other, "/b"), std::logic_error);
  EXPECT_THROW(router_.add(Method::get, "/b", nullptr), std::logic_error);
  EXPECT_THROW(Router(plain_error, "wb"), std::logic_error);
  EXPECT_THROW(Router(plain_error, "/wb/"), std::logic_error);
}

TEST_F(RouterTest, lists_its_routes) {
  add(router_, Method::post, "/b");
  add(router_, Method::get, "/a/{id}");
  ASSERT_EQ(router_.routes().size(), 2u);
  EXPECT_EQ(router_.routes()[0].method, Method::post);
  EXPECT_EQ(router_.routes()[1].pattern, "/a/{id}");
}

}  // namespace
}  // namespace watchbill::http
