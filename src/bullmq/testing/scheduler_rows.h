// Written by scheduler_rows.mjs with bullmq 6.7.0.
#pragma once

namespace watchbill::bullmq::testing {

// Hashes as lines "field=value", fields sorted.
struct SchedulerRow {
  const char* id;
  const char* scheduler;  // after it was added at 1700000000000
  const char* first_id;
  const char* first;
  const char* next_id;  // added at 1700000070000, when the first was taken
  const char* next;
};

// clang-format off
constexpr SchedulerRow kSchedulerRows[] = {
    {R"(every)",
     R"(every=60000
ic=1
name=every
offset=20000
)",
     R"(repeat:every:1700000000000)",
     R"(data={}
delay=0
name=every
opts={"repeatJobKey":"every","jobId":"repeat:every:1700000000000","timestamp":1700000000000,"delay":0,"repeat":{"every":60000,"count":1}}
priority=0
rjk=every
timestamp=1700000000000
)",
     R"(repeat:every:1700000120000)",
     R"(data={}
delay=50000
name=every
opts={"repeat":{"every":60000,"count":2},"repeatJobKey":"every","jobId":"repeat:every:1700000120000","timestamp":1700000070000,"delay":50000,"attempts":0}
priority=0
rjk=every
timestamp=1700000070000
)"},
    {R"(offset)",
     R"(data={"a":1}
endDate=1701000000000
every=60000
ic=1
limit=5
name=nm
offset=1000
opts={"kl":3,"removeOnFail":true,"removeOnComplete":{"count":10},"priority":5,"backoff":{"delay":10,"type":"fixed"},"attempts":3}
)",
     R"(repeat:offset:1700000041000)",
     R"(data={"a":1}
delay=41000
name=nm
opts={"repeatJobKey":"offset","backoff":{"delay":10,"type":"fixed"},"timestamp":1700000000000,"kl":3,"removeOnFail":true,"removeOnComplete":{"count":10},"repeat":{"offset":1000,"limit":5,"every":60000,"count":1,"endDate":1701000000000},"jobId":"repeat:offset:1700000041000","priority":5,"delay":41000,"attempts":3}
priority=5
rjk=offset
timestamp=1700000000000
)",
     R"(repeat:offset:1700000101000)",
     R"(data={"a":1}
delay=31000
name=nm
opts={"repeatJobKey":"offset","backoff":{"delay":10,"type":"fixed"},"removeOnComplete":{"count":10},"kl":3,"priority":5,"removeOnFail":true,"repeat":{"offset":1000,"limit":5,"every":60000,"count":2,"endDate":1701000000000},"jobId":"repeat:offset:1700000101000","timestamp":1700000070000,"delay":31000,"attempts":3}
priority=5
rjk=offset
timestamp=1700000070000
)"},
    {R"(start)",
     R"(every=60000
ic=1
limit=5
name=start
offset=0
opts={"de":{"id":"x"}}
startDate=1700010000000
)",
     R"(repeat:start:1700010000000)",
     R"(data={}
deid=x
delay=10000000
name=start
opts={"de":{"id":"x"},"repeatJobKey":"start","jobId":"repeat:start:1700010000000","repeat":{"limit":5,"every":60000,"count":1,"startDate":1700010000000},"delay":10000000,"timestamp":1700000000000}
priority=0
rjk=start
timestamp=1700000000000
)",
     R"(repeat:start:1700010060000)",
     R"(data={}
deid=x
delay=9990000
name=start
opts={"timestamp":1700000070000,"de":{"id":"x"},"repeatJobKey":"start","jobId":"repeat:start:1700010060000","repeat":{"count":2,"startDate":1700010000000,"limit":5,"every":60000},"delay":9990000,"attempts":0}
priority=0
rjk=start
timestamp=1700000070000
)"},
    {R"(cron)",
     R"(data=[1]
ic=1
limit=5
name=nm
offset=0
opts={"lifo":true,"attempts":3}
pattern=0 0 12 * * *
tz=Asia/Shanghai
)",
     R"(repeat:cron:1700020800000)",
     R"(data=[1]
delay=20800000
name=nm
opts={"lifo":true,"prevMillis":1700020800000,"timestamp":1700000000000,"repeatJobKey":"cron","jobId":"repeat:cron:1700020800000","repeat":{"tz":"Asia\/Shanghai","pattern":"0 0 12 * * *","count":1,"limit":5},"delay":20800000,"attempts":3}
priority=0
rjk=cron
timestamp=1700000000000
)",
     R"(repeat:cron:1700107200000)",
     R"(data=[1]
delay=107130000
name=nm
opts={"timestamp":1700000070000,"lifo":true,"repeat":{"tz":"Asia\/Shanghai","pattern":"0 0 12 * * *","limit":5,"count":2},"repeatJobKey":"cron","jobId":"repeat:cron:1700107200000","prevMillis":1700107200000,"delay":107130000,"attempts":3}
priority=0
rjk=cron
timestamp=1700000070000
)"},
};
// clang-format on

}  // namespace watchbill::bullmq::testing
