// flow.*, scheduler.*: jobs that wait for others, and jobs that come again and again.
#include "bullmq/job_scheduler.h"
#include "tests/interop/peer/options.h"
#include "tests/interop/peer/stage.h"

namespace interop {

namespace {

bullmq::FlowJob flow_of(const Json& json) {
  bullmq::FlowJob flow{.name = json.at("name"),
                       .queue = json.at("queueName"),
                       .data = member(json, "data", Json::object()),
                       .options = job_options(member(json, "opts"))};
  for (const auto& child : member(json, "children", Json::array())) flow.children.push_back(flow_of(child));
  return flow;
}

Json ids_of(const bullmq::JobNode& node) {
  Json children = Json::array();
  for (const auto& child : node.children) children.push_back(ids_of(child));
  return {{"id", node.job.id()}, {"children", children}};
}

// Reads a repetition as Redis stores it.
bullmq::RepeatOptions repeat_of(const Json& json) {
  auto repeat = *bullmq::decode_options(bullmq::to_text({{"repeat", json}})).repeat;
  repeat.immediately = json.value("immediately", false);
  return repeat;
}

base::Task<Json> add_flow(Stage& stage, Json request) {
  if (!stage.flows) {
    stage.flows = std::make_unique<bullmq::FlowProducer>(stage.executor, stage.clock, stage.server);
    co_await stage.flows->start();
  }
  auto flow = flow_of(request.at("flow"));
  const auto added = co_await stage.flows->add(std::move(flow));
  co_return ids_of(added);
}

base::Task<Json> upsert_scheduler(Stage& stage, Json request) {
  bullmq::JobSchedulers schedulers(stage.queue(request).backend());
  const auto of_jobs = member(request, "template", Json::object());
  bullmq::JobTemplate job{.name = of_jobs.value("name", ""),
                          .data = member(of_jobs, "data"),
                          .options = job_options(member(of_jobs, "opts"))};
  auto repeat = repeat_of(request.at("repeat"));
  const auto first = co_await schedulers.upsert(request.at("scheduler"), std::move(repeat), std::move(job));
  co_return first ? Json(first->id()) : Json();
}

base::Task<Json> remove_scheduler(Stage& stage, Json request) {
  bullmq::JobSchedulers schedulers(stage.queue(request).backend());
  co_return co_await schedulers.remove(request.at("scheduler"));
}

base::Task<Json> list_schedulers(Stage& stage, Json request) {
  bullmq::JobSchedulers schedulers(stage.queue(request).backend());
  Json list = Json::array();
  for (const auto& scheduler : co_await schedulers.list()) {
    Json told = {{"key", scheduler.id}, {"name", scheduler.name}};
    if (scheduler.next) told["next"] = base::to_epoch_ms(*scheduler.next);
    if (scheduler.iterations) told["iterationCount"] = *scheduler.iterations;
    list.push_back(std::move(told));
  }
  co_return list;
}

}  // namespace

CommandTable flow_commands() {
  return {
      {"flow.add", add_flow},
      {"scheduler.upsert", upsert_scheduler},
      {"scheduler.remove", remove_scheduler},
      {"scheduler.list", list_schedulers},
  };
}

}  // namespace interop
