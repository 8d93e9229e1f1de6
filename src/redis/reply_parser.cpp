#include "redis/reply_parser.h"

#include <hiredis/read.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "redis/error.h"

namespace watchbill::redis {

// Takes what redisReader finds, in the order of the wire, into one reply after the other. hiredis wants a
// pointer for each object; ours is the number of its node plus one.
class ReplyBuilder {
 public:
  static redisReplyObjectFunctions functions() {
    return {.createString =
                [](const redisReadTask* task, char* text, size_t size) {
                  return of(task).string(task, {text, size});
                },
            .createArray = [](const redisReadTask* task, int size) { return of(task).array(task, size); },
            .createInteger = [](const redisReadTask* task,
                                long long number) { return of(task).integer(task, number); },
            .createNil = [](const redisReadTask* task) { return of(task).nil(task); },
            .freeObject = [](void*) {}};
  }

  explicit ReplyBuilder(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  Reply take() {
    expected_nodes_ = std::min<std::size_t>(reply_.nodes_.size(), kMostExpected);
    expected_text_ = std::min<std::size_t>(reply_.text_.size(), kMostExpected);
    return std::exchange(reply_, Reply());
  }

 private:
  // An array is announced before its elements have come: no more room than this for promises.
  static constexpr std::size_t kMaxElements = 1 << 22;

  static ReplyBuilder& of(const redisReadTask* task) { return *static_cast<ReplyBuilder*>(task->privdata); }

  Reply::Node& node_of(const redisReadTask* task) { return reply_.nodes_[index_of(task)]; }

  std::uint32_t index_of(const redisReadTask* task) const {
    if (!task->parent) return 0;
    const auto parent = reinterpret_cast<std::uintptr_t>(task->parent->obj) - 1;
    return reply_.nodes_[parent].first + static_cast<std::uint32_t>(task->idx);
  }

  static void* object(std::uint32_t index) { return reinterpret_cast<void*>(std::uintptr_t{index} + 1); }

  void* string(const redisReadTask* task, std::string_view text) {
    if (reply_.text_.size() + text.size() > max_bytes_) return nullptr;
    auto& node = node_of(task);
    node.type = task->type == REDIS_REPLY_ERROR    ? Value::Type::error
                : task->type == REDIS_REPLY_STATUS ? Value::Type::status
                                                   : Value::Type::string;
    node.first = static_cast<std::uint32_t>(reply_.text_.size());
    node.count = static_cast<std::uint32_t>(text.size());
    reply_.text_ += text;
    return object(index_of(task));
  }

  void* array(const redisReadTask* task, int size) {
    const auto index = index_of(task);
    auto& nodes = reply_.nodes_;
    const auto elements = static_cast<std::size_t>(size);
    if (nodes.size() + elements > kMaxElements) return nullptr;
    if (!task->parent) {
      // Replies of one connection resemble each other: two allocations instead of ten.
      nodes.reserve(std::max(expected_nodes_, elements + 1));
      reply_.text_.reserve(expected_text_);
    }
    nodes[index].type = Value::Type::array;
    nodes[index].first = static_cast<std::uint32_t>(nodes.size());
    nodes[index].count = static_cast<std::uint32_t>(elements);
    nodes.resize(nodes.size() + elements);
    return object(index);
  }

  void* integer(const redisReadTask* task, long long number) {
    auto& node = node_of(task);
    node.type = Value::Type::integer;
    node.integer = number;
    return object(index_of(task));
  }

  void* nil(const redisReadTask* task) { return object(index_of(task)); }

  static constexpr std::size_t kMostExpected = 4096;

  Reply reply_;
  std::size_t expected_nodes_ = 0;
  std::size_t expected_text_ = 0;
  std::size_t max_bytes_;
};

namespace {

// What an idle reader keeps: more than one read brings, or it would be made anew for each.
constexpr std::size_t kKeptBuffer = 256 << 10;

redisReplyObjectFunctions& object_functions() {
  static redisReplyObjectFunctions functions = ReplyBuilder::functions();
  return functions;
}

}  // namespace

void ReplyParser::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyParser::ReplyParser(std::size_t max_bytes)
    : max_bytes_(std::min<std::size_t>(max_bytes, std::numeric_limits<std::uint32_t>::max())),
      builder_(std::make_unique<ReplyBuilder>(max_bytes_)),
      reader_(redisReaderCreateWithFunctions(&object_functions())) {
  if (!reader_) throw std::bad_alloc();
  reader_->privdata = builder_.get();
  reader_->maxbuf = kKeptBuffer;
}

ReplyParser::~ReplyParser() = default;

void ReplyParser::feed(std::string_view bytes) {
  if (reader_->len - reader_->pos + bytes.size() > max_bytes_) refuse_size();
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) throw std::bad_alloc();
}

std::optional<Reply> ReplyParser::next() {
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
    if (reader_->err == REDIS_ERR_OOM) refuse_size();
    throw Error(ErrorKind::protocol, reader_->errstr);
  }
  if (!object) return std::nullopt;
  return builder_->take();
}

void ReplyParser::refuse_size() const {
  throw Error(ErrorKind::protocol,
              "a reply is larger than " + std::to_string(max_bytes_) + " bytes, or has too many elements");
}

}  // namespace watchbill::redis
