#include "store/mysql_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/errors.h"

namespace watchbill::store::mysql {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& url) {
  try {
    parse_mysql_url(url);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(MysqlUrl, has_host_user_password_and_database) {
  const auto options = parse_mysql_url("mysql://anna:p%40ss%2Fw%25rd@db.example.org:3307/shop");
  EXPECT_EQ(options.host, "db.example.org");
  EXPECT_EQ(options.port, 3307);
  EXPECT_EQ(options.user, "anna");
  EXPECT_EQ(options.password, "p@ss/w%rd");
  EXPECT_EQ(options.database, "shop");
  EXPECT_EQ(options.tls, Tls::off);
  EXPECT_EQ(parse_mysql_url("mariadb://root@[::1]/shop").host, "::1");
  EXPECT_EQ(parse_mysql_url("mysql://root@localhost/shop").port, 3306);
}

TEST(MysqlUrl, takes_prismas_parameters) {
  const auto options = parse_mysql_url(
      "mysql://root@localhost/"
      "shop?connection_limit=9&connect_timeout=3&socket_timeout=20&pool_timeout=5&sslaccept=strict&"
      "sslcert=/etc/ca.pem");
  EXPECT_EQ(options.connections, 9u);
  EXPECT_EQ(options.connect_timeout, 3s);
  EXPECT_EQ(options.answer_timeout, 20s);
  EXPECT_EQ(options.tls, Tls::verified);
  EXPECT_EQ(options.ca, "/etc/ca.pem");
  EXPECT_EQ(parse_mysql_url("mysql://root@h/shop?sslaccept=accept_invalid_certs&sslcert=ca.pem").tls,
            Tls::encrypted);
  EXPECT_EQ(parse_mysql_url("mysql://root@h/shop?sslcert=ca.pem").tls, Tls::verified);
  EXPECT_EQ(parse_mysql_url("mysql://root@localhost/shop?socket=/run/mysqld/mysqld.sock").socket,
            "/run/mysqld/mysqld.sock");
}

TEST(MysqlUrl, says_what_is_wrong_and_never_the_password) {
  const struct {
    const char* url;
    const char* reason;
  } rows[] = {{"mysql://u:geheim@h", "no name of a database"},
              {"mysql://u:geheim@h/", "no name of a database"},
              {"mysql://:geheim@h/db", "no user"},
              {"mysql://u:geheim@/db", "no host"},
              {"mysql://u:gehe#im@h/db", "database"},
              {"mysql://u:geheim@h:0/db", "the port is not a number from 1 to 65535"},
              {"mysql://u:geheim@h/db/more", "more than one name"},
              {"mysql://u:geheim@h/db?colour=red", "\"colour\" is not known"},
              {"mysql://u:geheim@h/db?connection_limit=0", "connection_limit is not a number from 1 to 64"},
              {"mysql://u:geheim@h/db?sslmode=maybe", "disabled, required, verify"},
              {"mysql://u:gehe im@h/db", "percent-encoded"}};
  for (const auto& row : rows) {
    EXPECT_THAT(refusal(row.url), HasSubstr(row.reason)) << row.url;
    EXPECT_THAT(refusal(row.url), Not(HasSubstr("gehe"))) << row.url;
  }
}

}  // namespace
}  // namespace watchbill::store::mysql
