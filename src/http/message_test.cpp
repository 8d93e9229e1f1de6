#include "http/message.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace watchbill::http {
namespace {

TEST(Method, is_read_as_written) {
  for (auto method :
       {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options})
    EXPECT_EQ(parse_method(to_string(method)), method);
  EXPECT_EQ(to_string(Method::del), "DELETE");
  for (const char* name : {"get", "TRACE", "CONNECT", "GETS", "", "other"})
    EXPECT_EQ(parse_method(name), Method::other);
}

TEST(Request, finds_cookies) {
  Request request;
  request.headers.add("Cookie", "a=1; session=x=y; ab=2");
  request.headers.add("Cookie", "later=3");
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookie("session"), "x=y");
  EXPECT_EQ(request.cookie("ab"), "2");
  EXPECT_EQ(request.cookie("later"), "3");
  EXPECT_EQ(request.cookie("b"), "");
  EXPECT_EQ(request.cookie("sess"), "");
}

TEST(Request, finds_query_values_and_path_parameters) {
  Request request;
  request.query = {{"a", "1"}, {"a", "2"}, {"empty", ""}};
  request.path_parameters = {{"id", "7"}};
  EXPECT_EQ(*request.query_value("a"), "1");
  EXPECT_EQ(*request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("b"), nullptr);
  EXPECT_EQ(request.path_parameter("id"), "7");
  EXPECT_THROW(request.path_parameter("name"), std::out_of_range);
}

TEST(Request, clears_to_a_fresh_one) {
  Request request;
  request.method = Method::post;
  request.target = request.path = request.host = request.remote_address = "x";
  request.query = request.path_parameters = {{"a", "b"}};
  request.headers.add("A", "b");
  request.body.assign(1'000'000, 'x');
  request.clear();
  EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(request.target + request.path + request.host + request.remote_address + request.body, "");
  EXPECT_TRUE(request.query.empty() && request.path_parameters.empty() && request.headers.size() == 0);
  EXPECT_LT(request.body.capacity(), 5'000u);
}

TEST(Response, builders_say_what_they_carry) {
  EXPECT_EQ(Response::json(201, "{}").headers.get("Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(Response::text(200, "x").headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(Response::no_content().status, 204);
  EXPECT_EQ(Response::redirect(308, "/wb/").headers.get("Location"), "/wb/");
  EXPECT_THROW(Response::redirect(302, "/a\r\nSet-Cookie: b"), std::invalid_argument);
  const auto events = Response::events({});
  EXPECT_EQ(events.headers.get("Content-Type"), "text/event-stream");
  EXPECT_EQ(events.headers.get("X-Accel-Buffering"), "no");
}

}  // namespace
}  // namespace watchbill::http
